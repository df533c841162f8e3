"""The EM step against hmmlearn's with its priors switched off, and what must hold at every step."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.models.regime import kernel
from ml_analytics.models.regime.estimation import Chain, climb, processors

NEVER = np.zeros(1, dtype=np.int8)


def bars(seed: int = 0, rows: int = 300, width: int = 2) -> np.ndarray:
    generator = np.random.default_rng(seed)
    state = np.repeat(generator.integers(0, 3, rows // 20 + 1), 20)[:rows]
    mixed = generator.normal(size=(rows, width)) @ generator.normal(size=(width, width))
    level, spread = np.array([2.0, -2.0, 0.0])[state], np.array([0.5, 1.0, 1.5])[state]
    made: np.ndarray = mixed * spread[:, None] + level[:, None]
    return made


def guess(X: np.ndarray, states: int = 3, seed: int = 1) -> Chain:
    generator = np.random.default_rng(seed)
    width = X.shape[1]
    return Chain(
        generator.dirichlet(np.ones(states) * 5),
        generator.dirichlet(np.ones(states), states) * 0.5 + np.eye(states) * 0.5,
        X[generator.integers(0, len(X), states)],
        np.tile(np.cov(X.T).reshape(width, width) + 0.1 * np.eye(width), (states, 1, 1)),
        -np.inf,
    )


def ours(X: np.ndarray, chain: Chain, kind: str, steps: int, floor: float = 1e-9) -> Chain:
    found = climb(np.ascontiguousarray(X.T), chain, kind, steps, -np.inf, floor, NEVER)
    assert found is not None
    return found


def theirs(X: np.ndarray, chain: Chain, kind: str, steps: int) -> GaussianHMM:
    states = len(chain.means)
    oracle = GaussianHMM(
        states, kind, n_iter=steps, tol=-np.inf, init_params="", covars_prior=0.0, covars_weight=1.0
    )
    oracle.startprob_, oracle.transmat_, oracle.means_ = chain.start, chain.transition, chain.means
    diagonals = np.diagonal(chain.covariances, axis1=1, axis2=2)
    oracle.covars_ = {
        "full": chain.covariances,
        "diag": diagonals,
        "spherical": diagonals.mean(axis=1),
        "tied": chain.covariances.mean(axis=0),
    }[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle.fit(X)
    return oracle


@pytest.mark.parametrize("kind", ["full", "diag", "spherical", "tied"])
@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("steps", [1, 8])
def test_every_step_is_that_of_hmmlearn(kind: str, width: int, steps: int) -> None:
    X = bars(width=width)
    found, oracle = ours(X, guess(X), kind, steps), theirs(X, guess(X), kind, steps)
    assert found.log_likelihood == pytest.approx(oracle.score(X), rel=1e-10)
    assert found.steps == steps and not found.converged
    np.testing.assert_allclose(found.means, oracle.means_, atol=1e-7)
    np.testing.assert_allclose(found.transition, oracle.transmat_, atol=1e-7)
    np.testing.assert_allclose(found.start, oracle.startprob_, atol=1e-7)
    # hmmlearn 0.3 repeats the matrix of every spherical state once a column.
    matrices = np.asarray(oracle.covars_).reshape(3, -1, width, width)[:, 0]
    np.testing.assert_allclose(found.covariances, matrices, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    states=st.integers(2, 5),
    width=st.integers(1, 4),
    rows=st.integers(6, 700),
    kind=st.sampled_from(["full", "diag", "spherical", "tied"]),
    floor=st.sampled_from([1e-6, 1e-2, 0.5]),
)
def test_no_step_goes_down_and_none_breaks_a_law(
    seed: int, states: int, width: int, rows: int, kind: str, floor: float
) -> None:
    X = bars(seed, rows, width)
    chain = ours(X, guess(X, states, seed), kind, 1, floor)
    for _ in range(8):
        following = ours(X, chain, kind, 1, floor)
        assert following.log_likelihood >= chain.log_likelihood - 1e-6 * (1 + abs(chain.log_likelihood))
        chain = following
        np.testing.assert_allclose(chain.transition.sum(axis=1), 1.0)
        assert chain.start.sum() == pytest.approx(1.0)
        assert chain.transition.min() > 0 and chain.start.min() > 0
        values = np.linalg.eigvalsh(chain.covariances)
        assert values.min() >= floor - 1e-13 * values.max()
        np.testing.assert_array_equal(chain.covariances, chain.covariances.transpose(0, 2, 1))


def test_exponentials_are_those_of_numpy() -> None:
    values = np.concatenate([np.linspace(-680, 0, 400), -np.logspace(-300, 2, 100), [0.0, -0.0]])
    found = values.copy()
    scales = np.empty(len(values))
    kernel._exponentials(found, len(values), scales, scales.view(np.int64))
    np.testing.assert_allclose(found, np.exp(values), rtol=5e-16)
    assert found[-1] == 1.0


def test_what_is_farther_than_the_least_double_stays_above_zero() -> None:
    values, scales = np.array([-1e4, -1e300]), np.empty(2)
    kernel._exponentials(values, 2, scales, scales.view(np.int64))
    assert (values > 0).all() and (values < 1e-290).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), width=st.integers(1, 8), floor=st.floats(1e-6, 2.0))
def test_raised_eigenvalues_are_those_of_lapack(seed: int, width: int, floor: float) -> None:
    parts = np.random.default_rng(seed).normal(size=(width, max(1, width // 2)))
    matrix = parts @ parts.T
    values, vectors = np.linalg.eigh(matrix)
    expected = (vectors * np.maximum(values, floor)) @ vectors.T
    kernel.raise_eigenvalues(matrix, floor)
    np.testing.assert_allclose(matrix, expected, atol=1e-10)


def test_a_matrix_above_the_floor_stays_bit_for_bit() -> None:
    matrix = np.array([[2.0, 0.3], [0.3, 1.0]])
    before = matrix.copy()
    kernel.raise_eigenvalues(matrix, 0.1)
    np.testing.assert_array_equal(matrix, before)


def test_whitening_gives_the_identity_and_half_the_determinant() -> None:
    parts = np.random.default_rng(0).normal(size=(4, 4))
    covariance, out = parts @ parts.T + np.eye(4), np.empty((4, 4))
    half = kernel.whiten(covariance, out)
    np.testing.assert_allclose(out @ covariance @ out.T, np.eye(4), atol=1e-12)
    assert half == pytest.approx(0.5 * np.linalg.slogdet(covariance)[1])
    assert np.isnan(kernel.whiten(np.array([[1.0, 2.0], [2.0, 1.0]]), np.empty((2, 2))))


def test_another_thread_can_stop_it() -> None:
    X = bars()
    stopped = np.ones(1, dtype=np.int8)
    assert climb(np.ascontiguousarray(X.T), guess(X), "full", 10**9, -np.inf, 1e-6, stopped) is None


def test_what_cannot_be_computed_is_no_chain() -> None:
    X = bars()
    X[3] = np.nan
    assert climb(np.ascontiguousarray(X.T), guess(bars()), "full", 5, 0.0, 1e-6, NEVER) is None


def test_the_given_chain_stays_as_it_was() -> None:
    X = bars()
    chain, twin = guess(X), guess(X)
    ours(X, chain, "tied", 3)
    np.testing.assert_array_equal(chain.covariances, twin.covariances)
    np.testing.assert_array_equal(chain.means, twin.means)
    assert processors() >= 1
