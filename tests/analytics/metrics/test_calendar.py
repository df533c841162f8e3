from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics.metrics import cagr, periods_per_year
from ml_analytics.core.errors import ParameterError


@pytest.mark.parametrize(
    ("freq", "periods", "expected"),
    [
        ("B", 5, 252), ("B", 1000, 252), ("D", 400, 365), ("W", 60, 52), ("2W", 30, 26), ("ME", 40, 12),
        ("BME", 40, 12),
        ("MS", 3, 12), ("QE", 12, 4), ("YE", 10, 1), ("h", 24 * 30, 8760), ("15min", 96 * 14, 35_040),
    ],
)  # fmt: skip
def test_conventions(freq: str, periods: int, expected: float) -> None:
    assert periods_per_year(pd.date_range("2020-01-01", periods=periods, freq=freq)) == expected


def test_sessions_of_a_market_that_closes() -> None:
    days = pd.bdate_range("2024-01-01", periods=20)
    bars = [day + pd.Timedelta(hours=14, minutes=30 + 5 * i) for day in days for i in range(78)]
    assert periods_per_year(pd.DatetimeIndex(bars)) == 78 * 252


def test_holidays_do_not_matter(sp500: pd.Series) -> None:
    assert periods_per_year(sp500.index) == 252


def test_the_zone_does_not_matter(sp500: pd.Series) -> None:
    assert isinstance(sp500.index, pd.DatetimeIndex)
    assert periods_per_year(sp500.index.tz_localize("America/New_York")) == 252


def test_other_steps_are_counted() -> None:
    assert periods_per_year(pd.date_range("2020-01-01", periods=10, freq="20D")) == pytest.approx(365.25 / 20)


@pytest.mark.parametrize(
    "index", [pd.RangeIndex(5), [1, 2], pd.DatetimeIndex([]), pd.DatetimeIndex(["2024-01-01"])]
)
def test_what_has_no_calendar_is_refused(index: Any) -> None:
    with pytest.raises(ParameterError, match="'index' parameter of periods_per_year"):
        periods_per_year(index)


def test_special_sessions_on_weekends_change_nothing() -> None:
    days = pd.bdate_range("2023-01-02", periods=250).union(pd.DatetimeIndex(["2023-05-06", "2023-11-12"]))
    assert periods_per_year(days) == 252


def test_a_week_from_sunday_to_thursday_has_five_days() -> None:
    days = pd.date_range("2023-01-01", periods=400, freq="D")
    assert periods_per_year(days[days.day_of_week.isin([6, 0, 1, 2, 3])]) == 252


def test_a_week_from_sunday_to_friday_has_six_days() -> None:
    days = pd.date_range("2023-01-01", periods=400, freq="D")
    assert periods_per_year(days[days.day_of_week != 5]) == 313


def test_two_days_of_a_weekend_are_of_a_market_that_never_closes() -> None:
    assert periods_per_year(pd.date_range("2024-01-06", periods=3, freq="D")) == 365


def test_sunday_evenings_of_currencies_make_no_sixth_day() -> None:
    hours = pd.date_range("2023-01-01", "2023-12-31 23:00", freq="h")
    evening = (hours.day_of_week == 6) & (hours.hour >= 22)
    week = (hours.day_of_week < 4) | ((hours.day_of_week == 4) & (hours.hour < 22))
    open_hours = hours[evening | week]
    assert periods_per_year(open_hours) == 24 * 252
    assert periods_per_year(open_hours) == pytest.approx(len(open_hours), rel=0.04)


def test_a_sixth_day_within_the_day_counts() -> None:
    hours = pd.date_range("2023-01-01", "2023-12-31 23:00", freq="h")
    assert periods_per_year(hours[hours.day_of_week != 5]) == 24 * 313


@pytest.mark.parametrize("share", [0.4, 0.7, 0.85])
@pytest.mark.parametrize("freq", ["B", "D", "h", "W"])
def test_growth_a_year_of_a_calendar_with_missing_rows_is_that_of_the_time_that_went_by(
    freq: str, share: float
) -> None:
    """A price with a known growth, seen at times that are missing at random."""
    times = pd.date_range("2019-01-01", "2022-12-31", freq=freq)
    seen = times[np.random.default_rng(0).random(len(times)) < share]
    years = (seen - seen[0]).total_seconds() / (365.25 * 86_400)
    prices = pd.Series(np.exp(0.2 * years.to_numpy()), index=seen)
    returns = prices.pct_change().dropna()
    found = cagr(returns, periods_per_year(returns.index))
    assert math.log1p(found) == pytest.approx(0.2, rel=0.02 if freq != "h" else 0.1)


def test_a_tenth_of_holidays_and_a_short_history_keep_the_convention() -> None:
    year = pd.bdate_range("2023-01-02", "2024-12-31")
    assert periods_per_year(year[:20].union(year[45:])) == 252
    assert periods_per_year(year[:20].union(year[80:100])) == 252
