"""Bids above asks in quotes."""

from __future__ import annotations

import numpy as np

from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class CrossedQuotes(TickRule):
    """The best bid of one market cannot lie above its best ask: they would trade with each other."""

    name = "crossed_quotes"
    kinds = ("quotes",)
    needs = ("bid", "ask")
    rejects = True

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark crossed rows."""
        mask: np.ndarray = ticks.values["bid"] > ticks.values["ask"]
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        return f"{rows_of(rows, 'quotes', 'quote')} a bid above the ask."
