from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM

from ml_analytics import TrainingError
from ml_analytics.models.regime import estimation
from ml_analytics.models.regime.estimation import fit_chain, free_parameters


def series(bars: int = 400, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    level = np.repeat(generator.permutation([2.0, -2.0, 0.0, 2.0, -2.0, 0.0, 2.0, 0.0]), bars // 8)
    return np.column_stack([level + generator.normal(size=bars) * 0.5, generator.normal(size=bars)])


@pytest.mark.parametrize("covariance_type", ["full", "diag", "spherical", "tied"])
def test_the_likelihood_is_at_least_that_of_one_fit_of_hmmlearn(covariance_type: str) -> None:
    X = series()
    chain = fit_chain(X, 3, covariance_type, iterations=200, restarts=4, seed=0, floor=1e-3)
    oracle = GaussianHMM(3, covariance_type=covariance_type, n_iter=200, random_state=0).fit(X)
    assert chain.log_likelihood >= oracle.score(X) - 0.5
    assert chain.covariances.shape == (3, 2, 2)
    np.testing.assert_allclose(chain.transition.sum(axis=1), 1.0)


def test_a_constant_stretch_does_not_collapse_a_state() -> None:
    X = series()
    X[100:150] = 0.0
    chain = fit_chain(X, 3, "full", iterations=50, restarts=3, seed=0, floor=1e-2)
    assert min(np.linalg.eigvalsh(one).min() for one in chain.covariances) >= 1e-2 - 1e-12
    assert chain.transition.min() > 0


def test_nothing_is_said(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    level = logging.getLogger("hmmlearn").level
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit_chain(series(80), 4, "full", iterations=60, restarts=2, seed=1, floor=1e-3)
    captured = capfd.readouterr()
    assert (captured.out, captured.err, caplog.text) == ("", "", "")
    assert logging.getLogger("hmmlearn").level == level


def test_when_no_restart_works_it_is_a_training_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimation, "climb", lambda *args: None)
    with pytest.raises(TrainingError, match="None of 2 restarts"):
        fit_chain(series(80), 2, "full", iterations=5, restarts=2, seed=0, floor=1e-3)


@pytest.mark.parametrize("covariance_type", ["full", "diag", "spherical", "tied"])
def test_parameters_are_counted_as_hmmlearn_counts_them(covariance_type: str) -> None:
    oracle = GaussianHMM(3, covariance_type=covariance_type, n_iter=2, random_state=0).fit(series(80))
    assert free_parameters(3, 2, covariance_type) == sum(oracle._get_n_fit_scalars_per_param().values())


@pytest.mark.parametrize("threads", [2, 5])
def test_the_number_of_threads_changes_nothing(threads: int) -> None:
    one, more = (
        fit_chain(series(), 3, "full", iterations=60, restarts=6, seed=3, floor=1e-3, threads=number)
        for number in (1, threads)
    )
    assert one.log_likelihood == more.log_likelihood
    np.testing.assert_array_equal(one.means, more.means)
    np.testing.assert_array_equal(one.covariances, more.covariances)


def test_an_interruption_ends_every_restart_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    flags: list[np.ndarray] = []

    def interrupted(columns: np.ndarray, *rest: Any) -> None:
        flags.append(rest[-1])
        raise KeyboardInterrupt

    monkeypatch.setattr(estimation, "climb", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit_chain(series(80), 2, "full", iterations=5, restarts=4, seed=0, floor=1e-3, threads=2)
    assert all(flag[0] == 1 for flag in flags)
