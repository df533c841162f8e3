from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError


@pytest.mark.parametrize("months", [1, 3, 6, 12, 36, 120])
def test_a_trailing_return_is_the_wealth_now_over_the_wealth_then(months: int, market: pd.Series) -> None:
    level = (1 + market).cumprod()
    start = market.index[-1] - pd.DateOffset(months=months)
    expected = level.iloc[-1] / level[:start].iloc[-1] - 1
    assert m.trailing_return(market, months) == pytest.approx(expected)
    if months % 12 == 0:
        yearly = (1 + expected) ** (12 / months) - 1
        assert m.trailing_cagr(market, months // 12) == pytest.approx(yearly)


def test_to_date_is_the_last_entry_of_its_period(market: pd.Series) -> None:
    for by in ("day", "week", "month", "quarter", "year"):
        assert m.to_date(market, by) == pytest.approx(m.compounded(market, by).iloc[-1])


def test_gaps_are_left_out() -> None:
    days = pd.bdate_range("2024-01-01", periods=4)
    returns = pd.Series([0.1, np.nan, 0.1, np.nan], index=days)
    assert m.to_date(returns, "month") == pytest.approx(0.21)
    assert math.isnan(m.to_date(returns, "day"))
    assert math.isnan(m.trailing_return(returns, 12))


def test_the_zone_does_not_matter(market: pd.Series) -> None:
    there = market.tz_localize("America/New_York")
    assert m.trailing_return(there, 7) == m.trailing_return(market, 7)


def test_ruin_is_ruin() -> None:
    days = pd.date_range("2024-01-31", periods=4, freq="ME")
    returns = pd.Series([0.1, 0.1, -1.0, 0.1], index=days)
    assert m.trailing_return(returns, 2) == -1.0
    assert m.to_date(returns, "year") == -1.0


def test_bad_input_gets_one_sentence(market: pd.Series) -> None:
    with pytest.raises(ParameterError, match="'months' parameter of trailing_return"):
        m.trailing_return(market, 0)
    with pytest.raises(ParameterError, match="'by' parameter of to_date"):
        m.to_date(market, "era")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="'returns' parameter of to_date must be a pandas series"):
        m.to_date([0.1])


@pytest.mark.parametrize("freq", ["ME", "BME"])
@pytest.mark.parametrize("last", range(1, 13))
def test_months_that_end_a_month_go_back_to_the_end_of_a_month(freq: str, last: int) -> None:
    ends = pd.date_range(end=f"2024-{last:02}-28", periods=24, freq=freq)
    returns = pd.Series(np.arange(24) / 100, index=ends)
    for months in (1, 2, 3, 12):
        expected = float(np.prod(1 + returns.iloc[-months:]) - 1)
        assert m.trailing_return(returns, months) == pytest.approx(expected)
