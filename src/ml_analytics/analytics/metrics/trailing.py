"""What was earned lately: since the turn of the month or year, over the last months, a year over the last years."""

from __future__ import annotations

import math
from typing import Any

from ..inputs import count, growth, on_calendar
from .groups import Unit, unit_of
from .sample import Sample, sample


def to_date(returns: Any, by: Unit = "year") -> float:
    """Return what was earned since the current day, week, month, quarter or year began, as a fraction.

    Formula: prod(1 + r_t) - 1 over the bars in the period of the last bar. NaN periods are left out; no
    observation in it gives NaN.

    Args:
        returns: series on a DatetimeIndex in time order.
        by: ``"day"``, ``"week"``, ``"month"``, ``"quarter"`` or ``"year"``.

    Raises:
        ParameterError: no rows, no times, disorder, or another ``by``.

    >>> import pandas as pd
    >>> days = pd.DatetimeIndex(["2023-12-29", "2024-01-31", "2024-02-01"])
    >>> round(to_date(pd.Series([0.5, 0.1, 0.1], index=days), "year"), 6)
    0.21
    """
    unit = unit_of(by, "to_date")
    return since_turn(_on_calendar(returns, "to_date"), unit)


def trailing_return(returns: Any, months: int) -> float:
    """Return what was earned over the last ``months`` calendar months, as a fraction, not annualised.

    Formula: prod(1 + r_t) - 1 over the bars after the day that lies ``months`` months before the last bar.
    NaN periods are left out; a history that begins later (by more than four days and more than a bar)
    gives NaN.

    Raises:
        ParameterError: no rows, no times, disorder, or ``months`` not a positive whole number.

    >>> import pandas as pd
    >>> days = pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-31"])
    >>> round(trailing_return(pd.Series([0.5, 0.1, 0.1], index=days), 1), 6)
    0.1
    """
    months = count(months, "months", "trailing_return")
    return over_months(_on_calendar(returns, "trailing_return"), months)


def trailing_cagr(returns: Any, years: int) -> float:
    """Return the annual growth rate over the last ``years`` calendar years, as a fraction.

    Formula: (prod(1 + r_t))^(1 / years) - 1 over the bars of :func:`trailing_return`. NaN as there.

    Raises:
        ParameterError: no rows, no times, disorder, or ``years`` not a positive whole number.

    >>> import pandas as pd
    >>> ends = pd.date_range("2021-12-31", periods=3, freq="YE")
    >>> round(trailing_cagr(pd.Series([0.5, 0.21, 0.0], index=ends), 2), 6)
    0.1
    """
    years = count(years, "years", "trailing_cagr")
    return over_years(_on_calendar(returns, "trailing_cagr"), years)


def since_turn(one: Sample, unit: Unit) -> float:
    """Return :func:`to_date` of a sample; NaN where there are no times."""
    if one.groups is None or not one.size:
        return math.nan
    start = int(one.groups.first(unit)[-1])
    begin = start if one.known is None else int(one.known[:start].sum())
    return growth(float(one.log[begin:].sum())) if begin < one.size else math.nan


def over_months(one: Sample, months: int) -> float:
    """Return :func:`trailing_return` of a sample; NaN where there are no times."""
    return growth(_log_over(one, months))


def over_years(one: Sample, years: int) -> float:
    """Return :func:`trailing_cagr` of a sample; NaN where there are no times."""
    return growth(_log_over(one, 12 * years) / years)


def _log_over(one: Sample, months: int) -> float:
    if one.groups is None or not one.size:
        return math.nan
    start, stamps = one.groups.since(months), one.stamps
    if not one.groups.covers(start, int(stamps[0])):
        return math.nan
    begin = int(stamps.searchsorted(start, side="right"))
    return float(one.log[begin:].sum()) if begin < one.size else math.nan


def _on_calendar(returns: Any, owner: str) -> Sample:
    return sample(on_calendar(returns, "returns", owner), owner)
