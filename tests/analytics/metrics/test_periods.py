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
    with pytest.raises(ParameterError, match="'day', 'month' or 'year'"):
        m.compounded(market, "week")  # type: ignore[arg-type]
