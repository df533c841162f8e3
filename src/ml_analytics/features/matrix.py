"""The engine: indicators over bars into one column-major float64 matrix, nothing per column in pandas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .indicator import Array, Bars, Indicator


def compute_matrix(bars: Bars, indicators: Sequence[Indicator]) -> Array:
    """Return the columns of ``indicators`` side by side, shape (n_bars, n_columns), column-major."""
    width = sum(len(one.columns) for one in indicators)
    out = np.empty((len(bars["close"]), width), order="F")
    left = 0
    with np.errstate(all="ignore"):
        for one in indicators:
            right = left + len(one.columns)
            one.write(bars, out[:, left:right])
            left = right
    return out


def compute_columns(bars: Bars, indicators: Sequence[Indicator], columns: Sequence[str]) -> Array:
    """Return the named columns only, in the order asked for."""
    made = [name for one in indicators for name in one.columns]
    matrix = compute_matrix(bars, indicators)
    if list(columns) == made:
        return matrix
    position = {name: place for place, name in enumerate(made)}
    return np.asfortranarray(matrix[:, [position[name] for name in columns]])
