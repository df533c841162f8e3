from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError


def test_months_compound_to_years_and_years_to_the_total(market: pd.Series) -> None:
    months, years = m.compounded(market, "month"), m.compounded(market, "year")
    assert len(months) == 240
    assert len(years) == 20
    assert np.prod(1 + months) == pytest.approx(1 + m.total_return(market))
    assert np.prod(1 + years) == pytest.approx(1 + m.total_return(market))
    assert str(months.index[0]) == "1999-01"


def test_days_of_daily_returns_are_the_returns(market: pd.Series) -> None:
    np.testing.assert_allclose(m.compounded(market, "day"), market, rtol=1e-9, atol=1e-15)


def test_days_follow_the_clock_of_the_index() -> None:
    hours = pd.date_range("2024-01-31 22:00", periods=4, freq="h", tz="Europe/Berlin")
    result = m.compounded(pd.Series([0.1, 0.1, 0.2, np.nan], index=hours), "month")
    assert result.round(9).tolist() == [0.21, 0.2]
    assert [str(one) for one in result.index] == ["2024-01", "2024-02"]


def test_ruin_and_nothing() -> None:
    days = pd.bdate_range("2024-01-01", periods=2)
    assert m.compounded(pd.Series([-1.0, 5.0], index=days)).tolist() == [-1.0]
    assert m.compounded(pd.Series([np.nan, np.nan], index=days)).empty


def test_another_period_is_refused(market: pd.Series) -> None:
    with pytest.raises(ParameterError, match="one of 'day', 'week', 'month', 'quarter', 'year'"):
        m.compounded(market, "decade")  # type: ignore[arg-type]


def test_weeks_begin_on_monday_and_quarters_in_january(market: pd.Series) -> None:
    for by, rule in (("week", "W-SUN"), ("quarter", "QE")):
        expected = (1 + market).resample(rule).prod() - 1
        got = m.compounded(market, by)  # type: ignore[arg-type]
        np.testing.assert_allclose(
            got, expected[expected.index <= got.index[-1].end_time], rtol=1e-9, atol=1e-14
        )
        assert (pd.PeriodIndex(got.index).end_time.normalize() == expected.index).all()


def test_the_monthly_table_compounds_to_its_years(market: pd.Series) -> None:
    table = m.monthly_table(market)
    assert table.shape == (20, 13)
    np.testing.assert_allclose((1 + table.drop(columns="year")).prod(axis=1), 1 + table["year"], rtol=1e-12)
    assert table.loc[2008, 10] == pytest.approx(m.compounded(market, "month")["2008-10"])


def test_a_month_that_was_not_observed_is_not_zero() -> None:
    days = pd.DatetimeIndex(["2024-01-31", "2024-03-29"])
    table = m.monthly_table(pd.Series([0.1, 0.0], index=days))
    assert table.loc[2024, 3] == 0.0
    assert np.isnan(table[2].iloc[0])
