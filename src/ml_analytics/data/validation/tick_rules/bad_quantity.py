"""Quantities that cannot be."""

from __future__ import annotations

import numpy as np

from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class BadQuantity(TickRule):
    """A trade has a quantity above 0; quotes and depth none below 0. In depth a 0 deletes the level: no defect."""

    name = "bad_quantity"
    shows = ("price", "qty", "bid_qty", "ask_qty")
    rejects = True

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows with such a quantity."""
        mask = np.zeros(len(ticks), dtype=bool)
        for part in ("qty", "bid_qty", "ask_qty"):
            if part in ticks.values:
                values = ticks.values[part]
                mask |= values <= 0 if ticks.kind == "trades" and part == "qty" else values < 0
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        least = "of 0 or below" if ticks.kind == "trades" else "below 0"
        return f"{rows_of(rows, 'has', 'have')} a quantity {least}."
