"""Loss from the highest point so far: the series, the worst, how long, and each period of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..inputs import Array, log_growth, numbers, observed

# Rounding in compounding must not keep a recovered drawdown open.
_RECOVERED = -1e-12


def drawdown_series(returns: Any) -> Array:
    """Return the drawdown at the end of each period (n,), a fraction from -1 to 0.

    Formula: W_t / max(1, max_{s<=t} W_s) - 1 with W the wealth of one unit: a loss in the first period is
    a drawdown from the starting capital. NaN periods change nothing; ruin is -1 from then on.

    >>> drawdown_series([0.10, -0.20, 0.30]).round(6).tolist()
    [0.0, -0.2, 0.0]
    """
    values = numbers(returns, "returns", "drawdown_series")
    level = np.cumsum(log_growth(np.nan_to_num(values, nan=0.0)))
    depth = np.expm1(level - np.maximum(np.maximum.accumulate(level), 0.0))
    depth[depth > _RECOVERED] = 0.0
    return depth


def max_drawdown(returns: Any) -> float:
    """Return the deepest drawdown, a fraction from -1 to 0.

    Formula: min_t of :func:`drawdown_series`. Not annualised. No observation gives NaN.

    >>> max_drawdown([0.10, -0.25, 0.10]).__round__(6)
    -0.25
    """
    known = observed(returns, "max_drawdown")
    return float(drawdown_series(known).min()) if known.size else math.nan


def ulcer_index(returns: Any) -> float:
    """Return the root mean square of drawdowns, a fraction: deep and long ones weigh most.

    Formula: sqrt(mean(D_t^2)). Not annualised. NaN periods are left out; no observation gives NaN.

    Source: Martin & McCann (1989), there in per cent.

    >>> round(ulcer_index([0.0, -0.10, 0.0]), 6)
    0.08165
    """
    known = observed(returns, "ulcer_index")
    if not known.size:
        return math.nan
    depth = drawdown_series(known)
    return math.sqrt(float(depth @ depth) / depth.size)


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
    depth = drawdown_series(values)
    below = np.concatenate(([0], (depth < 0.0).astype(np.int8), [0]))
    change = np.diff(below)
    first, after = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
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


def worst_drawdowns(returns: Any, limit: int = 5) -> pd.DataFrame:
    """Return the ``limit`` deepest rows of :func:`drawdown_periods`, deepest first.

    >>> len(worst_drawdowns([0.10, -0.20, 0.30, -0.05], limit=1))
    1
    """
    table = drawdown_periods(returns)
    return table.sort_values("depth", kind="stable").head(limit).reset_index(drop=True)
