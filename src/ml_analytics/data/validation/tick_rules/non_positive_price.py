"""Prices that are zero or negative."""

from __future__ import annotations

import numpy as np

from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class NonPositivePrice(TickRule):
    """Prices must be above 0 (a market that trades below, such as power, needs the rule left out)."""

    name = "non_positive_price"
    shows = ("price", "bid", "ask")
    rejects = True

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows with such a price."""
        mask = np.zeros(len(ticks), dtype=bool)
        for part in ("price", "bid", "ask"):
            if part in ticks.values:
                mask |= ticks.values[part] <= 0
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        return f"{rows_of(rows, 'has', 'have')} a price of 0 or below."
