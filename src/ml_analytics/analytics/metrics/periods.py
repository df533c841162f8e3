"""Returns compounded to calendar days, weeks, months, quarters and years, on the clock of the index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..inputs import on_calendar
from .groups import PERIODS, Unit, unit_of
from .sample import sample


def compounded(returns: Any, by: Unit = "month") -> pd.Series:
    """Return the compounded return of each calendar day, week, month, quarter or year, on a PeriodIndex.

    Formula: prod(1 + r_t) - 1 over the periods of a month. NaN periods are left out; months without an
    observation are absent. The first and the last month may be partial. Weeks begin on Monday.

    Figures of months are the same functions on the result: ``win_rate(compounded(returns, "month"))``.

    Args:
        returns: series on a DatetimeIndex in time order.
        by: ``"day"``, ``"week"``, ``"month"``, ``"quarter"`` or ``"year"``.

    Raises:
        ParameterError: no rows, no times, disorder, or another ``by``.

    >>> days = pd.DatetimeIndex(["2024-01-30", "2024-01-31", "2024-02-01"])
    >>> compounded(pd.Series([0.1, 0.1, -0.5], index=days)).round(6).tolist()
    [0.21, -0.5]
    """
    unit = unit_of(by, "compounded")
    series = on_calendar(returns, "returns", "compounded")
    one = sample(series, "compounded")
    values = one.by(unit).values
    if one.groups is None or not values.size:
        return pd.Series(dtype=np.float64, index=pd.PeriodIndex([], freq=PERIODS[unit]))
    times = one.groups.times if one.known is None else one.groups.times[one.known]
    return pd.Series(values, index=times[one.groups.first(unit, one.known)].to_period(PERIODS[unit]))


def monthly_table(returns: Any) -> pd.DataFrame:
    """Return one row a year: the compounded return of each month, 1 to 12, and of the ``year``.

    Months without an observation are NaN, not zero.

    Raises:
        ParameterError: as :func:`compounded`.

    >>> days = pd.DatetimeIndex(["2023-12-29", "2024-01-31", "2024-02-01"])
    >>> monthly_table(pd.Series([0.5, 0.1, -0.1], index=days))[[1, 2, 12, "year"]].round(4)
            1    2   12  year
    2023  NaN  NaN  0.5  0.50
    2024  0.1 -0.1  NaN -0.01
    """
    months, years = compounded(returns, "month"), compounded(returns, "year")
    when, whole = pd.PeriodIndex(months.index), pd.PeriodIndex(years.index)
    table = pd.DataFrame(np.nan, index=whole.year, columns=list(range(1, 13)), dtype=np.float64)
    rows = np.searchsorted(np.asarray(whole.year), np.asarray(when.year))
    cells = table.to_numpy(copy=True)
    cells[rows, np.asarray(when.month) - 1] = months.to_numpy()
    table = pd.DataFrame(cells, index=table.index, columns=table.columns)
    table["year"] = years.to_numpy()
    return table
