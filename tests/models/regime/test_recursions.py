"""Against hmmlearn, an independent implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from ml_analytics.models.regime.recursions import filtered, log_densities, most_likely_path, smoothed


def chain(seed: int, states: int = 3, width: int = 2, bars: int = 60) -> tuple[GaussianHMM, np.ndarray]:
    generator = np.random.default_rng(seed)
    oracle = GaussianHMM(states, covariance_type="full")
    oracle.startprob_ = generator.dirichlet(np.ones(states))
    oracle.transmat_ = generator.dirichlet(np.ones(states), states)
    oracle.means_ = generator.normal(size=(states, width))
    parts = generator.normal(size=(states, width, width))
    oracle.covars_ = parts @ parts.transpose(0, 2, 1) + np.eye(width)
    oracle.n_features = width
    return oracle, generator.normal(size=(bars, width))


def own(oracle: GaussianHMM, X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return log_densities(X, oracle.means_, oracle.covars_), oracle.startprob_, oracle.transmat_


def test_densities_equal_scipy() -> None:
    oracle, X = chain(0)
    found = log_densities(X, oracle.means_, oracle.covars_)
    for state in range(3):
        expected = multivariate_normal(oracle.means_[state], oracle.covars_[state]).logpdf(X)
        np.testing.assert_allclose(found[:, state], expected)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), states=st.integers(2, 4), width=st.integers(1, 3))
def test_smoothing_decoding_and_likelihood_equal_hmmlearn(seed: int, states: int, width: int) -> None:
    oracle, X = chain(seed, states, width)
    likelihood, expected = oracle.score_samples(X)
    np.testing.assert_allclose(smoothed(*own(oracle, X)), expected, atol=1e-9)
    assert filtered(*own(oracle, X))[1] == pytest.approx(likelihood)
    np.testing.assert_array_equal(most_likely_path(*own(oracle, X)), oracle.predict(X))


@pytest.mark.parametrize("seed", range(3))
def test_filtering_equals_smoothing_at_the_last_bar_of_every_prefix(seed: int) -> None:
    oracle, X = chain(seed)
    found, _ = filtered(*own(oracle, X))
    for bars in range(1, len(X) + 1):
        np.testing.assert_allclose(found[bars - 1], oracle.predict_proba(X[:bars])[-1], atol=1e-9)


def test_long_series_and_far_values_do_not_underflow() -> None:
    oracle, _ = chain(0)
    X = np.full((5000, 2), 1e3)
    probabilities, likelihood = filtered(*own(oracle, X))
    assert np.isfinite(probabilities).all() and np.isfinite(likelihood)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
