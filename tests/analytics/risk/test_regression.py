from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml_analytics.analytics.risk.regression import newey_west_lags, regress
from ml_analytics.core.errors import ParameterError


def newey_west(X: np.ndarray, residuals: np.ndarray, lags: int) -> np.ndarray:
    """Newey & West (1987) written out: standard errors with the factor n / (n - k)."""
    n, k = X.shape
    scores = X * residuals[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    inverse = np.linalg.inv(X.T @ X)
    return np.asarray(np.sqrt(np.diag(inverse @ middle @ inverse) * n / (n - k)))


@pytest.fixture
def sample() -> tuple[np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(0)
    factors = pd.DataFrame(rng.normal(0, 0.01, (300, 2)), columns=["a", "b"])
    noise = np.convolve(rng.normal(0, 0.004, 303), [1, 0.8, 0.5, 0.2], "valid")
    return 0.001 + factors.to_numpy() @ [1.2, -0.4] + noise, factors


@pytest.mark.parametrize("lags", [0, 5])
def test_figures_equal_the_definition(sample: tuple[np.ndarray, pd.DataFrame], lags: int) -> None:
    y, factors = sample
    found = regress(y, factors, lags=lags, level=0.9, owner="test")
    X = np.column_stack((np.ones(300), factors))
    solved, *_ = np.linalg.lstsq(X, y, rcond=None)
    errors = newey_west(X, y - X @ solved, lags)
    np.testing.assert_allclose(found.table["loading"], solved)
    np.testing.assert_allclose(found.table["std_error"], errors, rtol=1e-9)
    law = stats.t(297)
    np.testing.assert_allclose(found.table["p"], 2 * law.sf(np.abs(solved / errors)), rtol=1e-9)
    np.testing.assert_allclose(found.table["high"], solved + law.ppf(0.95) * errors)
    assert found.r_squared == pytest.approx(1 - np.var(y - X @ solved) / np.var(y))
    assert found.adjusted_r_squared == pytest.approx(1 - (1 - found.r_squared) * 299 / 297)
    assert found.table.index.tolist() == ["alpha", "a", "b"]


def test_neighbouring_errors_widen_the_interval_of_the_constant(
    sample: tuple[np.ndarray, pd.DataFrame],
) -> None:
    y, factors = sample
    plain, hac = (regress(y, factors, lags=k, level=0.95, owner="test").table for k in (0, None))
    assert hac["std_error"]["alpha"] > 1.3 * plain["std_error"]["alpha"]


def test_intervals_cover_when_neighbours_depend() -> None:
    rng, inside = np.random.default_rng(1), 0
    for _ in range(200):
        noise = np.convolve(rng.normal(size=403), [1, 0.8, 0.5, 0.2], "valid")
        factors = pd.DataFrame({"x": rng.normal(size=400)})
        row = regress(0.5 + noise, factors, lags=None, level=0.9, owner="test").table.loc["alpha"]
        inside += bool(row["low"] <= 0.5 <= row["high"])
    assert 0.80 <= inside / 200 <= 0.95  # plain errors would cover two times in three


def test_an_exact_fit_has_no_error_and_no_warning() -> None:
    factors = pd.DataFrame({"x": np.arange(10) / 100})
    found = regress(0.01 + 2 * factors["x"].to_numpy(), factors, lags=None, level=0.95, owner="test")
    assert found.table["std_error"].tolist() == [0.0, 0.0]
    assert found.table["t"].tolist() == [np.inf, np.inf]
    assert (found.r_squared, found.table["p"].tolist()) == (1.0, [0.0, 0.0])
    still = regress(np.zeros(10), factors, lags=None, level=0.95, owner="test")
    assert np.isnan(still.r_squared)
    assert np.isnan(still.table["t"]).all()


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"a": [1.0] * 12}, "a that"),
        ({"a": range(12), "b": range(0, 24, 2)}, "b that"),
        ({"a": range(12), "b": [0, 1] * 6, "c": [i + j for i, j in zip(range(12), [0, 1] * 6, strict=True)]}, "c"),
        ({"a": [0.0] * 12}, "a that"),
    ],
)  # fmt: skip
def test_collinear_factors_are_named(columns: dict[str, list[float]], named: str) -> None:
    factors = pd.DataFrame(columns).astype(float)
    y = np.random.default_rng(0).normal(size=12)
    with pytest.raises(ParameterError, match=f"independent of each other .* Got '{named}"):
        regress(y, factors, lags=None, level=0.95, owner="test")


def test_factors_of_very_different_size_are_independent() -> None:
    rng = np.random.default_rng(0)
    factors = pd.DataFrame({"small": rng.normal(size=50) * 1e-9, "large": rng.normal(size=50) * 1e6})
    found = regress(rng.normal(size=50), factors, lags=None, level=0.95, owner="test")
    assert found.table.notna().all(axis=None)


def test_too_few_rows_and_bad_lags_get_one_sentence() -> None:
    factors = pd.DataFrame({"x": np.arange(5.0)})
    with pytest.raises(ParameterError, match="on at least 6 periods"):
        regress(np.zeros(5), factors, lags=None, level=0.95, owner="test")
    for lags in (-1, 9, 1.5, True):
        with pytest.raises(ParameterError, match="a whole number from 0 to 8, or None"):
            regress(np.zeros(9), pd.DataFrame({"x": np.arange(9.0)}), lags=lags, level=0.95, owner="test")


def test_lags_follow_the_rule() -> None:
    assert [newey_west_lags(n) for n in (0, 1, 2, 100, 1000)] == [0, 0, 1, 4, 6]
