"""Returns compounded to calendar days, months and years, on the clock of the index."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import log_growth, on_calendar

_UNITS = {"day": "D", "month": "M", "year": "Y"}


def compounded(returns: Any, by: Literal["day", "month", "year"] = "month") -> pd.Series:
    """Return the compounded return of each calendar day, month or year, on a PeriodIndex.

    Formula: prod(1 + r_t) - 1 over the periods of a month. NaN periods are left out; months without an
    observation are absent. The first and the last month may be partial.

    Args:
        returns: series on a DatetimeIndex in time order.
        by: ``"day"``, ``"month"`` or ``"year"``.

    Raises:
        ParameterError: no rows, no times, disorder, or another ``by``.

    >>> days = pd.DatetimeIndex(["2024-01-30", "2024-01-31", "2024-02-01"])
    >>> compounded(pd.Series([0.1, 0.1, -0.5], index=days)).round(6).tolist()
    [0.21, -0.5]
    """
    if by not in _UNITS:
        raise ParameterError.of("by", "compounded", "'day', 'month' or 'year'", by)
    unit = _UNITS[by]
    series = on_calendar(returns, "returns", "compounded").dropna()
    if series.empty:
        return pd.Series(dtype=np.float64, index=pd.PeriodIndex([], freq=unit))
    times = pd.DatetimeIndex(series.index)
    key = times.tz_localize(None).to_numpy().astype(f"datetime64[{unit}]").astype(np.int64)
    first = np.flatnonzero(np.diff(key, prepend=key[0] - 1))
    with np.errstate(over="ignore"):
        values = np.expm1(np.add.reduceat(log_growth(series.to_numpy()), first))
    starts = key[first].astype(f"datetime64[{unit}]").astype("datetime64[s]")
    return pd.Series(values, index=pd.DatetimeIndex(starts).to_period(unit))
