from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics.risk.calendar_join import by_period, calendar_unit
from ml_analytics.core.errors import ParameterError


@pytest.mark.parametrize(
    ("freq", "unit"),
    [
        ("ME", "month"),
        ("MS", "month"),
        ("BME", "month"),
        ("QE", "quarter"),
        ("YE", "year"),
        ("W", "week"),
        ("B", None),
        ("h", None),
    ],
)
def test_the_period_is_told_by_the_step(freq: str, unit: str | None) -> None:
    assert calendar_unit(pd.date_range("2020-01-01", periods=30, freq=freq), "test") == unit


def factors(months: int) -> pd.DataFrame:
    index = pd.date_range("2024-01-31", periods=months, freq="ME", tz="UTC")
    return pd.DataFrame({"f": np.arange(months) / 100}, index=index)


def test_days_are_compounded_and_partial_months_left_out() -> None:
    days = pd.bdate_range("2024-01-10", "2024-04-12")
    own, table, p = by_period(pd.Series(0.01, index=days), factors(6), "month", "test")
    assert own.index.astype(str).tolist() == ["2024-02", "2024-03"]
    assert own.tolist() == pytest.approx([1.01**21 - 1, 1.01**21 - 1])
    assert (table["f"].tolist(), p) == ([0.01, 0.02], 12.0)


def test_months_on_other_days_of_the_month_meet() -> None:
    first_days = pd.date_range("2024-01-01", periods=3, freq="MS")
    own, table, _ = by_period(pd.Series([0.1, 0.2, 0.3], index=first_days), factors(3), "month", "test")
    assert own.tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert table["f"].tolist() == [0.0, 0.01, 0.02]


def test_what_does_not_meet_gets_one_sentence() -> None:
    late = pd.Series([0.1, 0.1], index=pd.date_range("2030-01-31", periods=2, freq="ME"))
    with pytest.raises(ParameterError, match="on at least one whole month"):
        by_period(late, factors(6), "month", "test")
    twice = factors(3).set_axis(pd.DatetimeIndex(["2024-01-01", "2024-01-31", "2024-02-29"]))
    with pytest.raises(ParameterError, match="given once a month"):
        by_period(late, twice, "month", "test")
    with pytest.raises(ParameterError, match="time order"):
        calendar_unit(pd.DatetimeIndex(factors(3).index[::-1]), "test")
