from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import inputs
from ml_analytics.core.errors import ParameterError


@pytest.mark.parametrize(
    "values",
    [
        [0.01, -0.02],
        np.array([0.01, -0.02]),
        pd.Series([0.01, -0.02]),
        pd.Series([0.01, -0.02], dtype="Float64"),
        pl.Series([0.01, -0.02]),
    ],
    ids=["list", "array", "pandas", "pandas-nullable", "polars"],
)
def test_every_kind_of_series_gives_the_same_numbers(values: Any) -> None:
    assert inputs.numbers(values).tolist() == [0.01, -0.02]


def test_missing_values_of_every_kind_become_nan() -> None:
    assert np.isnan(inputs.numbers(pd.Series([1.0, None], dtype="Float64"))[1])
    assert np.isnan(inputs.numbers(pl.Series([1.0, None]))[1])


@pytest.mark.parametrize(
    "values",
    [
        "text",
        ["0.1"],
        [True],
        [[0.1]],
        [[1], [2, 3]],
        None,
        {"a": 1},
        [float("inf")],
        [1e101],
        [1j],
        pd.Series(["x"]),
        3,
    ],
)
def test_other_input_is_refused_in_one_sentence(values: Any) -> None:
    with pytest.raises(
        ParameterError, match=r"^The 'returns' parameter of cagr must be .* Got .* instead\.$"
    ):
        inputs.numbers(values, "returns", "cagr")


def test_empty_is_empty() -> None:
    assert inputs.numbers([]).shape == (0,)


@given(st.floats(-100, 100), st.floats(0, 100))
def test_ratio_is_division_where_there_is_risk(reward: float, risk: float) -> None:
    got = inputs.ratio(reward, risk)
    if risk > 0:
        assert got == reward / risk
    elif reward:
        assert got == math.copysign(math.inf, reward)
    else:
        assert math.isnan(got)


@given(st.floats(-0.9, 5), st.floats(1, 9000))
def test_the_rate_of_a_period_compounds_to_the_annual_rate(annual: float, p: float) -> None:
    assert (1 + inputs.per_period(annual, p)) ** p == pytest.approx(1 + annual, rel=1e-9)


@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf, True, "1", None])
def test_positive_refuses(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="positive number"):
        inputs.positive(wrong, "periods_per_year", "cagr")


@pytest.mark.parametrize("wrong", [0, 1, 95, -0.1, math.nan, "0.95", True])
def test_fraction_refuses(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="between 0 and 1"):
        inputs.fraction(wrong, "confidence_level", "value_at_risk")


@pytest.mark.parametrize("wrong", [0, -3, 2.5, True, "10"])
def test_count_refuses(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="positive whole number"):
        inputs.count(wrong, "window", "rolling_sharpe")


@pytest.mark.parametrize("wrong", [-1, -2, math.nan, math.inf, "2%"])
def test_annual_rate_refuses(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="annual rate"):
        inputs.annual_rate(wrong, "risk_free_rate", "sharpe_ratio")


def test_calendar_series_refuse_disorder_repeats_and_missing_times() -> None:
    day = pd.Timestamp("2024-01-02")
    for times in ([day, day], [day, day - pd.Timedelta(days=1)], [day, pd.NaT]):
        with pytest.raises(ParameterError, match="time"):
            inputs.on_calendar(pd.Series([0.0, 0.0], index=pd.DatetimeIndex(times)))
    with pytest.raises(ParameterError, match="DatetimeIndex"):
        inputs.on_calendar(pd.Series([0.0]))
    with pytest.raises(ParameterError, match="at least one return"):
        inputs.on_calendar(pd.Series([], dtype=float, index=pd.DatetimeIndex([])))
