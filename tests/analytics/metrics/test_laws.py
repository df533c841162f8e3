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
    "alpha", "beta", "correlation", "information_ratio", "tracking_error",
    "DeflatedSharpe", "Overfitting", "Sample", "sample", "metrics_table", "monthly_table",
    "deflated_best", "deflated_sharpe_ratio", "effective_trials", "expected_maximum_sharpe",
    "overfitting_probability", "periods_needed", "probability_above",
    "to_date", "trailing_cagr", "trailing_return", "average_drawdown_days", "longest_drawdown_days",
}  # fmt: skip
PATH_DEPENDENT = {
    "autocorrelation", "autocorrelation_penalty", "average_drawdown",
    "average_drawdown_length", "burke_ratio", "calmar_ratio", "longest_drawdown",
    "longest_losing_streak", "longest_winning_streak", "max_drawdown", "max_drawdown_money",
    "pain_index", "pain_ratio", "recovery_factor", "serenity_index", "smart_sharpe_ratio",
    "smart_sortino_ratio", "stability", "sterling_ratio", "ulcer_index", "ulcer_performance_index",
}  # fmt: skip
SCALARS = sorted(set(metrics.__all__) - ELSEWHERE)


def measure(name: str) -> Callable[[Any], float]:
    function = getattr(metrics, name)
    if "periods_per_year" in inspect.signature(function).parameters:
        return lambda returns: float(function(returns, 252))
    return lambda returns: float(function(returns))


returns = st.lists(st.floats(-1.0, 3.0, allow_subnormal=False), min_size=1, max_size=40)


def test_every_metric_is_here_or_named_as_elsewhere() -> None:
    assert set(metrics.__all__) >= ELSEWHERE
    assert len(SCALARS) >= 45


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
@settings(max_examples=15, deadline=None)
@given(values=returns)
def test_nan_periods_are_left_out(name: str, values: list[float]) -> None:
    spread_out = [math.nan, *(one for value in values for one in (value, math.nan))]
    assert measure(name)(spread_out) == pytest.approx(measure(name)(values), nan_ok=True, rel=1e-9)


@pytest.mark.parametrize("name", SCALARS)
@settings(max_examples=15, deadline=None)
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


IDLE_CHANGES_NOTHING = {
    "total_return", "max_drawdown", "win_rate", "profit_factor", "payoff_ratio", "average_win", "average_loss",
    "kelly_fraction", "gain_to_pain", "cpc_index", "recovery_factor", "average_drawdown", "omega_ratio",
    "max_drawdown_money",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(IDLE_CHANGES_NOTHING))
@settings(max_examples=25, deadline=None)
@given(values=returns, at=st.integers(0, 40))
def test_an_idle_period_changes_no_figure_of_wins_and_of_depth(
    name: str, values: list[float], at: int
) -> None:
    at = min(at, len(values))
    with_idle = [*values[:at], 0.0, *values[at:]]
    assert measure(name)(with_idle) == pytest.approx(measure(name)(values), nan_ok=True, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(values=returns, at=st.integers(0, 40))
def test_an_idle_period_lowers_the_share_of_time_and_the_mean(values: list[float], at: int) -> None:
    n, at = len(values), min(at, len(values))
    with_idle = [*values[:at], 0.0, *values[at:]]
    for name in ("time_in_market", "average_return"):
        assert measure(name)(with_idle) == pytest.approx(
            measure(name)(values) * n / (n + 1), rel=1e-9, abs=1e-12
        )


# What becomes of each figure when every return is doubled: nothing, twice, or no such law (compounding).
UNCHANGED = {
    "autocorrelation", "autocorrelation_penalty", "common_sense_ratio", "cpc_index", "gain_to_pain",
    "kelly_fraction", "kurtosis", "longest_losing_streak", "longest_winning_streak", "minimum_track_record",
    "omega_ratio", "outlier_loss_ratio", "outlier_win_ratio", "payoff_ratio", "probabilistic_sharpe_ratio",
    "profit_factor", "risk_return_ratio", "sharpe_ratio", "skew", "smart_sharpe_ratio", "smart_sortino_ratio",
    "sortino_ratio", "adjusted_sortino_ratio", "tail_ratio", "time_in_market", "win_rate",
}  # fmt: skip
DOUBLED = {
    "average_loss", "average_return", "average_win", "best", "conditional_value_at_risk", "downside_deviation",
    "max_drawdown_money", "value_at_risk", "volatility", "worst",
}  # fmt: skip
hundredths = st.lists(st.integers(-40, 60).map(lambda value: value / 100), min_size=1, max_size=40)


@pytest.mark.parametrize("name", sorted(UNCHANGED | DOUBLED))
@settings(max_examples=25, deadline=None)
@given(values=hundredths)
def test_twice_the_returns(name: str, values: list[float]) -> None:
    one, other = measure(name)(values), measure(name)([2 * value for value in values])
    assert other == pytest.approx(one * 2 if name in DOUBLED else one, nan_ok=True, rel=1e-9, abs=1e-12)


def test_every_scalar_has_a_law_of_scale_or_compounds() -> None:
    compounding = set(SCALARS) - UNCHANGED - DOUBLED
    assert compounding == {
        "average_drawdown", "average_drawdown_length", "burke_ratio", "cagr", "calmar_ratio",
        "geometric_mean", "longest_drawdown", "max_drawdown", "pain_index", "pain_ratio",
        "recovery_factor", "risk_adjusted_return", "serenity_index", "stability", "sterling_ratio", "total_return",
        "ulcer_index", "ulcer_performance_index",
    }  # fmt: skip


@pytest.mark.parametrize("name", SCALARS)
@settings(max_examples=15, deadline=None)
@given(values=returns)
def test_a_shared_sample_gives_what_the_series_gives(name: str, values: list[float]) -> None:
    one = metrics.sample(values, "test")
    for other in SCALARS:  # whatever was made before must not matter
        measure(other)(one)
    assert measure(name)(one) == pytest.approx(measure(name)(values), nan_ok=True, rel=0)


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
    with pytest.raises(ParameterError, match=f"of {name} must be"):
        measure(name)(wrong)
