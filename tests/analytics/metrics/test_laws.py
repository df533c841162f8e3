"""Every metric is discovered here and crossed with the laws that hold for all of them."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics
from ml_analytics.core.errors import ParameterError

ELSEWHERE = {  # take or give something else than one number of one series
    "compounded", "drawdown_periods", "drawdown_series", "exposure", "periods_per_year", "rolling_sharpe",
    "rolling_volatility", "sharpe_difference", "traded", "turnover", "wealth", "worst_drawdowns",
    "alpha", "beta", "correlation",
}  # fmt: skip
PATH_DEPENDENT = {"calmar_ratio", "max_drawdown", "ulcer_index"}
SCALARS = sorted(set(metrics.__all__) - ELSEWHERE)


def measure(name: str) -> Callable[[Any], float]:
    function = getattr(metrics, name)
    if "periods_per_year" in inspect.signature(function).parameters:
        return lambda returns: float(function(returns, 252))
    return lambda returns: float(function(returns))


returns = st.lists(st.floats(-1.0, 3.0, allow_subnormal=False), min_size=1, max_size=40)


def test_every_metric_is_here_or_named_as_elsewhere() -> None:
    assert set(metrics.__all__) >= ELSEWHERE
    assert len(SCALARS) >= 20


def test_every_public_name_exists() -> None:
    assert all(hasattr(metrics, name) for name in metrics.__all__)


@pytest.mark.parametrize("name", SCALARS)
@pytest.mark.parametrize(
    "extreme",
    [[], [math.nan], [math.nan] * 5, [0.0], [0.01], [-1.0], [0.0] * 10, [0.001] * 10, [-0.001] * 10, [0.1, -1.0, 0.5],
     [-3.0, 0.5], [1e99, -1e99, 1e99, 1e99, 0.0], [1e-160, 2e-160, 3e-160, 5e-160]],
    ids=str,
)  # fmt: skip
def test_extremes_have_a_value_and_no_warning(name: str, extreme: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = measure(name)(extreme)
    assert isinstance(value, float)
    if not [one for one in extreme if not math.isnan(one)]:
        assert math.isnan(value)


@pytest.mark.parametrize("name", SCALARS)
@settings(max_examples=25, deadline=None)
@given(values=returns)
def test_nan_periods_are_left_out(name: str, values: list[float]) -> None:
    spread_out = [math.nan, *(one for value in values for one in (value, math.nan))]
    assert measure(name)(spread_out) == pytest.approx(measure(name)(values), nan_ok=True, rel=1e-9)


@pytest.mark.parametrize("name", SCALARS)
@settings(max_examples=25, deadline=None)
@given(values=returns)
def test_the_container_does_not_matter(name: str, values: list[float]) -> None:
    index = pd.bdate_range("2020-01-01", periods=len(values))
    expected = measure(name)(np.array(values))
    assert measure(name)(pd.Series(values, index=index)) == pytest.approx(expected, nan_ok=True, rel=0)


@pytest.mark.parametrize("name", sorted(set(SCALARS) - PATH_DEPENDENT))
@settings(max_examples=25, deadline=None)
@given(values=returns)
def test_order_does_not_matter(name: str, values: list[float]) -> None:
    expected = measure(name)(values)
    assert measure(name)(values[::-1]) == pytest.approx(expected, nan_ok=True, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", SCALARS)
def test_the_input_is_not_written_to(name: str) -> None:
    values = np.array([0.01, np.nan, -0.02, 0.005])
    before = values.copy()
    values.flags.writeable = False
    measure(name)(values)
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize("name", SCALARS)
@pytest.mark.parametrize("wrong", ["abc", [math.inf], [[0.1]], ["0.1"]], ids=str)
def test_bad_input_names_the_metric(name: str, wrong: Any) -> None:
    with pytest.raises(ParameterError, match=f"of {name} must be|of cagr must be|of win_rate must be"):
        measure(name)(wrong)
