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
