"""The compiled recursion of exponential smoothing, in its innovations form (Hyndman and others 2008).

    error   e_t = y_t - (l + phi b + s)        level  l_t = l + phi b + alpha e_t
    trend   b_t = phi b + beta e_t                season s_t = s + gamma e_t        (s of the same step a season ago)

A step that was not observed moves the state on without an error. Compiled by numba at the first use and kept
on disk; import this module only when there is something to compute.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def grown(trend: float, phi: float, steps: int) -> float:
    """Return the sum of phi^i b for i = 1 … steps."""
    if phi == 1.0:
        return trend * steps
    return trend * phi * (1.0 - phi**steps) / (1.0 - phi)


@njit(cache=True, nogil=True, error_model="numpy")
def smooth(
    values: Any, positions: Any, weights: Any, trend: float, seasons: Any, ahead: Any, missed: Any
) -> Any:
    """Write forecasts and errors of each row and return (squared errors, errors, level, trend).

    ``weights`` are alpha, beta, gamma, phi; ``seasons`` is changed to the state after the last row. The level
    starts at the first known value less its season. ``ahead`` is the forecast of the step after each row, NaN
    before the level starts; ``missed`` the error of the forecast of each row, 0 where there is none.
    """
    alpha, beta, gamma, phi = weights
    period = len(seasons)
    level = np.nan
    squares = 0.0
    errors = 0
    for row in range(len(values)):
        at = positions[row]
        if not np.isnan(level):
            steps = at - positions[row - 1]
            level += grown(trend, phi, steps)
            trend *= phi**steps
        value = values[row]
        missed[row] = 0.0
        if not np.isnan(value):
            phase = at % period
            if np.isnan(level):
                level = value - seasons[phase]
            else:
                error = value - level - seasons[phase]
                missed[row] = error
                squares += error * error
                errors += 1
                level += alpha * error
                trend += beta * error
                seasons[phase] += gamma * error
        ahead[row] = level + phi * trend + seasons[(at + 1) % period]
    return squares, errors, level, trend
