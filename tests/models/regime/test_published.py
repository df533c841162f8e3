"""Published results: the federal funds rate with two regimes, Stata's example (manual, *mswitch*, 2015).

statsmodels carries the data and Stata's smoothed probabilities in its own tests. Its chain starts in the long
run's shares and has one variance, a ``tied`` Gaussian chain.
"""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics.models import HMMRegimeDetector
from ml_analytics.models.regime.recursions import filtered, log_densities, smoothed
from ml_analytics.models.regime.states import long_run_shares

STAY_LOW, LEAVE_HIGH, LOW, HIGH, VARIANCE = 0.9820939, 0.0503587, 3.70877, 9.556793, 2.107562**2
LIKELIHOOD = -508.63592


@pytest.fixture(scope="module")
def folder() -> Path:
    found = find_spec("statsmodels")
    if found is None or found.origin is None:
        pytest.skip("statsmodels is not installed")
    tests = Path(found.origin).parent / "tsa" / "regime_switching" / "tests"
    if not tests.is_dir():
        pytest.skip("this statsmodels was built without its tests")
    return tests


@pytest.fixture(scope="module")
def rate(folder: Path) -> np.ndarray:
    """Read the series as it stands in the file; importing that file would need statsmodels' own settings."""
    module = ast.parse((folder / "test_markov_regression.py").read_text())
    (value,) = (
        one.value
        for one in module.body
        if isinstance(one, ast.Assign) and getattr(one.targets[0], "id", "") == "fedfunds"
    )
    return np.asarray(ast.literal_eval(value))


def densities(rate: np.ndarray) -> np.ndarray:
    return log_densities(rate[:, None], np.array([[LOW], [HIGH]]), np.full((2, 1, 1), VARIANCE))


def test_likelihood_and_smoothed_probabilities_are_statas(rate: np.ndarray, folder: Path) -> None:
    transition = np.array([[STAY_LOW, 1 - STAY_LOW], [LEAVE_HIGH, 1 - LEAVE_HIGH]])
    start = long_run_shares(transition)
    assert filtered(densities(rate), start, transition)[1] == pytest.approx(LIKELIHOOD, abs=1e-4)
    published = pd.read_csv(folder / "results" / "results_predict_fedfunds.csv")
    expected = published[["const_sm1", "const_sm2"]].to_numpy()
    np.testing.assert_allclose(smoothed(densities(rate), start, transition), expected, atol=1e-5)


def test_filtered_probabilities_are_those_of_statsmodels(rate: np.ndarray) -> None:
    from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

    oracle = MarkovRegression(rate, k_regimes=2).smooth(np.array([STAY_LOW, LEAVE_HIGH, LOW, HIGH, VARIANCE]))
    transition = np.array([[STAY_LOW, 1 - STAY_LOW], [LEAVE_HIGH, 1 - LEAVE_HIGH]])
    found, _ = filtered(densities(rate), long_run_shares(transition), transition)
    np.testing.assert_allclose(found, oracle.filtered_marginal_probabilities, atol=1e-9)


def test_the_detector_finds_the_published_regimes(rate: np.ndarray) -> None:
    detector = HMMRegimeDetector(2, "tied", random_state=0, min_covariance=1e-6).fit(rate[:, None])
    # It may choose where the series starts, so it is at least as likely as the published model.
    assert LIKELIHOOD <= detector.log_likelihood_ <= LIKELIHOOD + 2.0
    table = detector.regime_table()
    np.testing.assert_allclose(table.iloc[:, 0], [HIGH, LOW], atol=0.15)
    np.testing.assert_allclose(table.iloc[:, 1], VARIANCE**0.5, atol=0.05)
    np.testing.assert_allclose(np.diag(detector.transition_), [1 - LEAVE_HIGH, STAY_LOW], atol=0.02)
