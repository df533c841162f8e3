"""Loss from the highest point so far: the series, the worst, how long, and each period of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..inputs import Array, count, numbers
from .sample import Sample, sample

_NANOSECONDS_A_DAY = 86_400e9


def drawdown_series(returns: Any) -> Array:
    """Return the drawdown at the end of each period (n,), a fraction from -1 to 0.

    Formula: W_t / max(1, max_{s<=t} W_s) - 1 with W the wealth of one unit: a loss in the first period is
    a drawdown from the starting capital. NaN periods change nothing; ruin is -1 from then on.

    >>> drawdown_series([0.10, -0.20, 0.30]).round(6).tolist()
    [0.0, -0.2, 0.0]
    """
    return _without_gaps(numbers(returns, "returns", "drawdown_series")).drawdown


def max_drawdown(returns: Any) -> float:
    """Return the deepest drawdown, a fraction from -1 to 0.

    Formula: min_t of :func:`drawdown_series`. Not annualised. No observation gives NaN.

    >>> max_drawdown([0.10, -0.25, 0.10]).__round__(6)
    -0.25
    """
    one = sample(returns, "max_drawdown")
    return float(one.drawdown.min()) if one.size else math.nan


def max_drawdown_money(profits: Any) -> float:
    """Return the deepest fall of summed profits below their high, in the money of ``profits``; 0 or negative.

    Formula: min_t (P_t - max(0, max_{s<=t} P_s)) with P the running sum: a loss at the start falls from
    nothing earned. NaN is left out; no profit or loss at all gives NaN.

    >>> max_drawdown_money([30.0, -10.0, -15.0, 40.0])
    -25.0
    """
    one = sample(profits, "max_drawdown_money", "profits")
    earned = np.cumsum(one.values)
    below = earned - np.maximum(np.maximum.accumulate(earned), 0.0)
    return float(below.min()) if one.size else math.nan


def ulcer_index(returns: Any) -> float:
    """Return the root mean square of drawdowns, a fraction: deep and long ones weigh most.

    Formula: sqrt(mean(D_t^2)). Not annualised. NaN periods are left out; no observation gives NaN.

    Source: Martin & McCann (1989), there in per cent.

    >>> round(ulcer_index([0.0, -0.10, 0.0]), 6)
    0.08165
    """
    one = sample(returns, "ulcer_index")
    return math.sqrt(float(one.drawdown @ one.drawdown) / one.size) if one.size else math.nan


def pain_index(returns: Any) -> float:
    """Return the mean depth below the last high over all periods, a fraction, not negative.

    Formula: mean(|D_t|). Not annualised. NaN periods are left out; no observation gives NaN.

    Source: Zephyr Associates (2006); Bacon (2008), "Practical portfolio performance measurement".

    >>> round(pain_index([0.0, -0.10, 0.0]), 6)
    0.066667
    """
    one = sample(returns, "pain_index")
    return abs(float(one.drawdown.mean())) if one.size else math.nan


def average_drawdown(returns: Any) -> float:
    """Return the mean of the deepest points of all drawdowns, a fraction from -1 to 0.

    Formula: the mean of ``depth`` over :func:`drawdown_periods`. NaN periods are left out; no drawdown
    gives 0, no observation NaN.

    >>> round(average_drawdown([0.10, -0.20, 0.30, -0.10]), 6)
    -0.15
    """
    one = sample(returns, "average_drawdown")
    if not one.size:
        return math.nan
    return float(one.depths.mean()) if one.depths.size else 0.0


def longest_drawdown(returns: Any) -> float:
    """Return the longest way from a high to the bar back at it (or the last bar), in bars.

    Formula: the largest ``length`` of :func:`drawdown_periods`. NaN periods are left out, so gaps do not
    count; no drawdown gives 0, no observation NaN.

    >>> longest_drawdown([0.10, -0.20, 0.30, -0.10])
    2.0
    """
    lengths = _lengths(sample(returns, "longest_drawdown"))
    return float(lengths.max(initial=0)) if lengths is not None else math.nan


def average_drawdown_length(returns: Any) -> float:
    """Return the mean way from a high to the bar back at it (or the last bar), in bars.

    NaN periods are left out; no drawdown gives 0, no observation NaN.

    >>> average_drawdown_length([0.10, -0.20, 0.30, -0.10])
    1.5
    """
    lengths = _lengths(sample(returns, "average_drawdown_length"))
    if lengths is None:
        return math.nan
    return float(lengths.mean()) if lengths.size else 0.0


def longest_drawdown_days(returns: Any) -> float:
    """Return the longest way from a high to the bar back at it (or the last bar), in calendar days.

    NaN periods are left out; no drawdown gives 0; no observation or no times (not a series on a
    DatetimeIndex) give NaN.

    >>> days = pd.DatetimeIndex(["2024-01-05", "2024-01-08", "2024-01-09"])
    >>> longest_drawdown_days(pd.Series([0.10, -0.20, 0.30], index=days))
    4.0
    """
    held = _days(sample(returns, "longest_drawdown_days"))
    return float(held.max(initial=0.0)) if held is not None else math.nan


def average_drawdown_days(returns: Any) -> float:
    """Return the mean way from a high to the bar back at it (or the last bar), in calendar days.

    NaN periods are left out; no drawdown gives 0; no observation or no times give NaN.

    >>> days = pd.DatetimeIndex(["2024-01-05", "2024-01-08", "2024-01-09"])
    >>> average_drawdown_days(pd.Series([0.10, -0.20, 0.30], index=days))
    4.0
    """
    held = _days(sample(returns, "average_drawdown_days"))
    if held is None:
        return math.nan
    return float(held.mean()) if held.size else 0.0


def _lengths(one: Sample) -> Array | None:
    if not one.size:
        return None
    first, after = one.spells
    return (np.minimum(after, one.size - 1) - (first - 1)).astype(np.float64)


def _days(one: Sample) -> Array | None:
    if not one.size or not one.stamps.size:
        return None
    first, after = one.spells
    stamps = one.stamps
    spent = stamps[np.minimum(after, one.size - 1)] - stamps[np.maximum(first - 1, 0)]
    return np.asarray(spent / _NANOSECONDS_A_DAY, dtype=np.float64)


def drawdown_periods(returns: Any) -> pd.DataFrame:
    """Return one row for each time below the last high, in time order.

    Columns: ``start`` the bar of the high before it (the first bar when the decline begins there),
    ``trough`` the bar of the deepest point, ``end`` the bar back at the high or missing while below it,
    ``depth`` (a negative fraction), ``length`` in bars from the high to the end (or the last bar), and
    ``recovery`` in bars from trough to end (missing while below). Bars are given by their label when
    ``returns`` is a pandas series, by position otherwise. NaN periods change nothing.

    >>> drawdown_periods([0.10, -0.20, 0.30, -0.05])[["start", "trough", "depth", "length"]].round(6)
       start  trough  depth  length
    0      0       1  -0.20       2
    1      2       3  -0.05       1
    """
    values = numbers(returns, "returns", "drawdown_periods")
    index = returns.index if isinstance(returns, pd.Series) else pd.RangeIndex(values.size)
    one = _without_gaps(values)
    depth, (first, after) = one.drawdown, one.spells
    trough = np.array([a + int(depth[a:b].argmin()) for a, b in zip(first, after, strict=True)], dtype=int)
    recovered = after < values.size
    end = np.minimum(after, max(values.size - 1, 0))
    ends = pd.Series(index[end]).where(recovered)
    return pd.DataFrame(
        {
            "start": index[np.maximum(first - 1, 0)],
            "trough": index[trough],
            "end": ends,
            "depth": depth[trough],
            "length": end - (first - 1),
            "recovery": pd.Series(end - trough, dtype="Int64").where(pd.Series(recovered, dtype=bool)),
        }
    )


def worst_drawdowns(returns: Any, limit: int | None = 5) -> pd.DataFrame:
    """Return the ``limit`` deepest rows of :func:`drawdown_periods`, deepest first; ``None`` returns all.

    Raises:
        ParameterError: a ``limit`` that is not a positive whole number.

    >>> len(worst_drawdowns([0.10, -0.20, 0.30, -0.05], limit=1))
    1
    """
    table = drawdown_periods(returns).sort_values("depth", kind="stable", ignore_index=True)
    return table if limit is None else table.head(count(limit, "limit", "worst_drawdowns"))


def _without_gaps(values: Array) -> Sample:
    """Return every bar as a sample: one that was not observed changes nothing."""
    return Sample(np.nan_to_num(values, nan=0.0))
