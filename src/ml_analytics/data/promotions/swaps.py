"""Volume and traded value swapped on one bar, told by that bar alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..validation.rules.unit_switch import swapped_volumes

SWAPPED = "unit_switch"
_SLACK = 1.1
"""How far outside the bar's low and high the price may lie that the two volumes imply."""


def right_volume(values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the volume of the bars on which it is proven to stand in another column, NaN for all others.

    The validator first asks most bars of a table which column holds the traded value. A bar that is promoted
    when it comes cannot ask later ones, so here each bar has to prove it by itself, and more strictly: volume
    over the other column is a price within the bar's own low and high (a tenth around them), and no other
    column says that the volume is right.

    >>> bar = {"low": [499.0], "high": [501.0], "close": [500.0], "volume": [5000.0], "volume usd": [10.0]}
    >>> right_volume({name: np.array(column) for name, column in bar.items()}).tolist()
    [10.0]
    """
    volume, close = values["volume"], values["close"]
    right = np.full(len(volume), np.nan)
    proven = np.zeros(len(volume), dtype=bool)
    with np.errstate(all="ignore"):
        for name in sorted(values):
            if name == "volume" or not ("volume" in name or "turnover" in name):
                continue
            other = values[name]
            swapped, judged = swapped_volumes(volume, other, close)
            proven |= judged & ~swapped
            price = volume / other
            inside = (price >= values["low"] / _SLACK) & (price <= values["high"] * _SLACK)
            right = np.where(swapped & inside & np.isnan(right), other, right)
    return np.where(proven, np.nan, right)
