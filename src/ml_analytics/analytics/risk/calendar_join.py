"""Factors of weeks, months, quarters or years beside returns of days: one row a calendar period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import in_time_order
from ..metrics.groups import PERIODS, Unit
from ..metrics.periods import compounded

# Median step in days, from and up to, and the periods in a year.
_UNITS: tuple[tuple[float, float, Unit, float], ...] = (
    (5.0, 10.0, "week", 52.0),
    (27.0, 32.0, "month", 12.0),
    (85.0, 95.0, "quarter", 4.0),
    (350.0, 380.0, "year", 1.0),
)
_DAY = pd.Timedelta(days=1)
_MISSING_DAYS = 4


def calendar_unit(times: pd.DatetimeIndex, owner: str) -> Unit | None:
    """Return the calendar period that factors at these times are of; ``None`` for days or shorter.

    >>> calendar_unit(pd.date_range("2024-01-31", periods=5, freq="ME"), "example")
    'month'
    """
    in_time_order(times, "factors", owner)
    if len(times) < 2:
        return None
    step = float(np.median(np.diff(times.as_unit("ns").asi8))) / 86_400e9
    return next((unit for low, high, unit, _ in _UNITS if low <= step <= high), None)


def by_period(
    returns: pd.Series, table: pd.DataFrame, unit: Unit, owner: str
) -> tuple[pd.Series, pd.DataFrame, float]:
    """Return returns compounded to ``unit`` and the factors of the same periods, and how many make a year.

    Raises:
        ParameterError: no period in common, or two rows of factors in one.
    """
    periods = _clock(table.index).to_period(PERIODS[unit])
    if not periods.is_unique:
        twice = periods[periods.duplicated()][0]
        raise ParameterError.of("factors", owner, f"given once a {unit}", f"two rows in {twice}")
    whole = _covered(compounded(returns, unit), returns.dropna())
    joined = table.set_axis(periods).reindex(whole.index)
    if not whole.index.isin(periods).any():
        must = f"on at least one whole {unit} of the returns"
        raise ParameterError.of("factors", owner, must, f"{periods[0]} to {periods[-1]}")
    usual = next(count for _, _, name, count in _UNITS if name == unit)
    return whole, joined, usual


def _covered(periods: pd.Series, returns: pd.Series) -> pd.Series:
    """Leave out a first or last period of which more than four days are missing.

    A row stands for what was earned up to its time, so returns that are of the period already (one row each)
    are whole.
    """
    if len(periods) == len(returns) or periods.empty:
        return periods
    times, index = _clock(returns.index), pd.PeriodIndex(periods.index)
    late = (times[0].normalize() - index[0].start_time) / _DAY
    early = (index[-1].end_time.normalize() - times[-1].normalize()) / _DAY
    first = 1 if late > _MISSING_DAYS else 0
    last = len(periods) - 1 if early > _MISSING_DAYS else len(periods)
    return periods.iloc[first:last]


def _clock(index: Any) -> pd.DatetimeIndex:
    """Return times as their own clock shows them."""
    return pd.DatetimeIndex(index).tz_localize(None)
