"""How many periods make a year, found from the times of the observations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import in_time_order

TRADING_DAYS = 252
SIX_DAYS = 313
CALENDAR_DAYS = 365

# Median step in days, from and up to, and the periods a year that convention gives to it.
_CONVENTIONS = (
    (4.5, 10.0, 52.0),
    (13.0, 15.5, 26.0),
    (27.0, 32.0, 12.0),
    (85.0, 95.0, 4.0),
    (350.0, 380.0, 1.0),
)
_DAYS_PER_YEAR = 365.25
# A calendar with a smaller share of what its step says has rows missing.
_FULL = 0.9


def periods_per_year(index: Any) -> float:
    """Return the number of periods in a year for observations at the times ``index``.

    Rule, by the median step: a day is 252 for markets of five weekdays (any five), 313 for six, 365 for
    those that never close; a week 52, two weeks 26, a month 12, a quarter 4, a year 1; within a day, the
    median number of bars of a day times 252, 313 or 365; anything else, observations per 365.25 days. So is a
    year or more that holds less than nine tenths of what the step says, because rows are missing or only days
    with a trade are there: else its growth a year would be that of fewer years than went by. A weekday counts
    when it has at least half as many bars as the one with most, so neither special sessions on weekends nor the
    Sunday evenings of currencies and futures make a sixth day.

    Args:
        index: at least two times, strictly increasing.

    Raises:
        ParameterError: not a DatetimeIndex, fewer than two times, unsorted or repeated times.

    >>> periods_per_year(pd.bdate_range("2024-01-01", periods=10))
    252.0
    >>> periods_per_year(pd.date_range("2024-01-01", periods=200, freq="h"))
    8760.0
    """
    owner = "periods_per_year"
    if not isinstance(index, pd.DatetimeIndex):
        raise ParameterError.of("index", owner, "a DatetimeIndex", type(index).__name__)
    if len(index) < 2:
        raise ParameterError.of("index", owner, "at least two times", len(index))
    in_time_order(index, "index", owner)
    steps = np.diff(index.as_unit("ns").asi8) / 86_400e9
    elapsed = float(steps.sum())
    observed = _DAYS_PER_YEAR * steps.size / elapsed
    usual = _usual(index, float(np.median(steps)))
    sparse = usual is not None and elapsed >= CALENDAR_DAYS and observed < _FULL * usual
    return observed if usual is None or sparse else usual


def _usual(index: pd.DatetimeIndex, step: float) -> float | None:
    """Return what convention gives to a median step in days; ``None`` where there is none."""
    if step < 0.9:
        bars = np.unique(index.normalize().asi8, return_counts=True)[1]
        return float(np.median(bars)) * _days_per_year(index)
    if step < 1.6:
        return float(_days_per_year(index))
    return next((usual for low, high, usual in _CONVENTIONS if low <= step <= high), None)


def known_periods(index: Any, given: float | None = None) -> float:
    """Return ``given``, else what the calendar of ``index`` says, else 252 (no times, or only one).

    >>> known_periods(pd.RangeIndex(9)), known_periods(pd.RangeIndex(9), 12.0)
    (252.0, 12.0)
    """
    if given is not None:
        return given
    dated = isinstance(index, pd.DatetimeIndex) and len(index) > 1
    return periods_per_year(index) if dated else float(TRADING_DAYS)


def _days_per_year(index: pd.DatetimeIndex) -> int:
    """Return 252, 313 or 365 by the weekdays on which there are bars."""
    bars = np.bincount(index.day_of_week, minlength=7)
    common = bars * 2 >= bars.max()
    if common.all() or common[5:].all():
        return CALENDAR_DAYS
    return SIX_DAYS if common.sum() == 6 else TRADING_DAYS
