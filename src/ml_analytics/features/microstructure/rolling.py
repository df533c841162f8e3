"""Sums and regressions over a moving window of intervals; each window is summed by itself, so no rounding is kept."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..indicator import Array

_CELLS = 4_000_000


def rolling_sum(values: Array, window: int) -> Array:
    """Return the sum of the last ``window`` values; NaN until there are so many, and where one of them is NaN.

    >>> rolling_sum(np.array([1.0, 2.0, 4.0]), 2).tolist()
    [nan, 3.0, 6.0]
    """
    out = np.full(len(values), np.nan)
    if len(values) >= window:
        out[window - 1 :] = sliding_window_view(values, window).sum(axis=1)
    return out


def rolling_mean_known(values: Array, window: int) -> Array:
    """Return the mean of those of the last ``window`` values that are not NaN; NaN until there are ``window`` rows.

    >>> rolling_mean_known(np.array([1.0, np.nan, 4.0]), 2).tolist()
    [nan, 1.0, 4.0]
    """
    known = np.isfinite(values)
    count = rolling_sum(known.astype(np.float64), window)
    with np.errstate(invalid="ignore"):
        return rolling_sum(np.where(known, values, 0.0), window) / count


def rolling_slope(x: Array, y: Array, window: int) -> tuple[Array, Array, Array]:
    """Return slope, its t value and R squared of y = a + b x by least squares over the last ``window`` pairs.

    NaN until there are so many pairs, where one is NaN, and where x does not vary. Where y does not vary the
    slope is 0 and the others are NaN; on an exact line the t value is infinite, with the sign of the slope.
    """
    slope, t_value, r_squared = (np.full(len(x), np.nan) for _ in range(3))
    if len(x) < window:
        return slope, t_value, r_squared
    xs, ys = sliding_window_view(x, window), sliding_window_view(y, window)
    rows = max(1, _CELLS // window)
    for left in range(0, len(xs), rows):
        part = slice(left, left + rows)
        at = slice(left + window - 1, left + window - 1 + len(xs[part]))
        slope[at], t_value[at], r_squared[at] = _least_squares(xs[part], ys[part])
    return slope, t_value, r_squared


def _least_squares(xs: Array, ys: Array) -> tuple[Array, Array, Array]:
    dx, dy = xs - xs.mean(axis=1, keepdims=True), ys - ys.mean(axis=1, keepdims=True)
    sxx, syy = _squares(dx, xs), _squares(dy, ys)
    with np.errstate(all="ignore"):
        slope = np.where(syy == 0, 0.0, np.einsum("ij,ij->i", dx, dy)) / sxx
        rest = dy - slope[:, None] * dx
        unexplained = np.minimum(np.einsum("ij,ij->i", rest, rest), syy)
        unexplained[unexplained <= 1e-24 * syy] = 0.0
        t_value = slope / np.sqrt(unexplained / (xs.shape[1] - 2) / sxx)
        return slope, np.where(syy > 0, t_value, np.nan), 1 - unexplained / syy


def _squares(deviations: Array, values: Array) -> Array:
    """Return the sums of squared deviations; 0 where they are nothing but rounding."""
    found = np.einsum("ij,ij->i", deviations, deviations)
    scale = np.einsum("ij,ij->i", values, values)
    return np.where(found <= 1e-26 * scale, 0.0, found)
