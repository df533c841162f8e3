"""Bids above the asks."""

from __future__ import annotations

import numpy as np

from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks
from .bad_side import sides


class SwappedSides(TickRule):
    """The bids of a book lie below its asks: where their medians say otherwise, the codes are read the wrong way."""

    name = "swapped_sides"
    kinds = ("depth",)
    needs = ("side", "price", "qty")

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark all rows of the markets where the median bid lies above the median ask."""
        mask = np.zeros(len(ticks), dtype=bool)
        bids, asks = sides(ticks)
        price = ticks.values["price"]
        usable = np.isfinite(price)
        for _, rows in ticks.each_market():
            low, high = price[rows[(bids & usable)[rows]]], price[rows[(asks & usable)[rows]]]
            if low.size and high.size and np.median(low) > np.median(high):
                mask[rows] = True
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Say what it means."""
        return f"{rows_of(rows, 'has', 'have')} bids above asks: the codes of the two sides are swapped."
