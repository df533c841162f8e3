"""The compiled loop of the deepest drawdown within a moving window."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def rolling_depth(growth: Any, window: int, out: Any) -> None:
    """Fill ``out`` (n,) with what was left of the high at the deepest point of the last ``window`` periods.

    Args:
        growth: (n,) factors 1 + r, not negative; NaN where not observed.
        window: periods; the high begins at 1 before the first of them.
        out: NaN until the window is full and where one of its periods is NaN.
    """
    for end in range(growth.size):
        depth = deepest = 1.0
        if end + 1 < window:
            deepest = np.nan
        else:
            for t in range(end + 1 - window, end + 1):
                depth = min(depth * growth[t], 1.0) if not np.isnan(growth[t]) else np.nan
                if np.isnan(depth):
                    deepest = np.nan
                    break
                deepest = min(deepest, depth)
        out[end] = deepest
