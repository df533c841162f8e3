"""Moves of prices from bar to bar, shared by the indicators that rest on them."""

from __future__ import annotations

import numpy as np

from .indicator import Array


def log_return(close: Array, period: int) -> Array:
    """Return ln(close[t] / close[t-period]); the first ``period`` values are NaN.

    >>> log_return(np.array([1.0, np.e]), 1).tolist()
    [nan, 1.0]
    """
    out = np.full_like(close, np.nan)
    np.log(close[period:] / close[:-period], out=out[period:])
    return out


def simple_return(values: Array, period: int) -> Array:
    """Return values[t] / values[t-period] - 1; the first ``period`` values are NaN.

    >>> simple_return(np.array([1.0, 1.5]), 1).tolist()
    [nan, 0.5]
    """
    out = np.full_like(values, np.nan)
    np.divide(values[period:], values[:-period], out=out[period:])
    out[period:] -= 1.0
    return out
