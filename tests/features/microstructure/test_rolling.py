"""Rolling sums and regressions against the plain ones, window by window."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.microstructure import rolling
from ml_analytics.features.microstructure.rolling import rolling_mean_known, rolling_slope, rolling_sum


@given(st.lists(st.one_of(st.floats(-100, 100), st.just(np.nan)), max_size=30), st.integers(1, 6))
def test_sums_and_means(values: list[float], window: int) -> None:
    array = np.array(values, dtype=np.float64)
    sums, means = rolling_sum(array, window), rolling_mean_known(array, window)
    for row in range(len(array)):
        part = array[max(0, row - window + 1) : row + 1]
        if len(part) < window:
            assert np.isnan(sums[row]) and np.isnan(means[row])
            continue
        assert sums[row] == pytest.approx(part.sum(), nan_ok=True, abs=1e-9)
        known = part[~np.isnan(part)]
        assert means[row] == pytest.approx(known.mean() if len(known) else np.nan, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_regression_is_that_of_statsmodels(scale: float) -> None:
    rng = np.random.default_rng(0)
    x, window = rng.normal(1e3, 5, 80), 20
    y = scale * (0.3 * x + rng.normal(0, 2, 80))
    slope, t_value, r_squared = rolling_slope(x, y, window)
    assert np.isnan(slope[: window - 1]).all() and np.isnan(t_value[: window - 1]).all()
    for row in range(window - 1, 80):
        part = slice(row - window + 1, row + 1)
        fit = sm.OLS(y[part], sm.add_constant(x[part])).fit()
        assert slope[row] == pytest.approx(fit.params[1], rel=1e-8)
        assert t_value[row] == pytest.approx(fit.tvalues[1], rel=1e-8)
        assert r_squared[row] == pytest.approx(fit.rsquared, rel=1e-8)


def test_the_windows_may_be_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=50), rng.normal(size=50)
    whole = rolling_slope(x, y, 7)
    monkeypatch.setattr(rolling, "_CELLS", 21)
    for one, other in zip(whole, rolling_slope(x, y, 7), strict=True):
        np.testing.assert_array_equal(one, other)


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(-1e3, 1e3))
def test_lines_constants_and_gaps(level: float, slope: float) -> None:
    x = np.arange(8.0)
    exact, _, _ = rolling_slope(x, level + slope * x, 5)
    assert exact[4:] == pytest.approx(slope, abs=1e-9 * max(1, abs(level)))
    still, t_still, r_still = rolling_slope(x, np.full(8, level), 5)
    assert (still[4:] == 0).all() and np.isnan(t_still).all() and np.isnan(r_still).all()
    for one in rolling_slope(np.full(8, level), x, 5):
        assert np.isnan(one).all(), "x does not vary"
    gap = np.where(x == 4, np.nan, x)
    for one in (*rolling_slope(gap, x, 3), *rolling_slope(x, gap, 3)):
        assert np.isnan(one[4:7]).all()
    assert np.isnan(rolling_slope(x[:4], x[:4], 5)[0]).all()


def test_on_an_exact_line_the_t_value_is_infinite_with_the_sign_of_the_slope() -> None:
    x = np.arange(6.0)
    for slope in (2.0, -2.0):
        _, t_value, r_squared = rolling_slope(x, slope * x, 4)
        assert (t_value[3:] == np.sign(slope) * np.inf).all() and (r_squared[3:] == 1).all()
