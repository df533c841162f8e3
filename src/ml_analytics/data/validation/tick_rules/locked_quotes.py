"""Bid equal to ask."""

from __future__ import annotations

import numpy as np

from ..finding import Severity
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class LockedQuotes(TickRule):
    """On one exchange the best bid lies below the best ask; equal ones come from several venues or a stale side."""

    name = "locked_quotes"
    kinds = ("quotes",)
    severity = Severity.WARNING
    needs = ("bid", "ask")

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark locked rows."""
        mask: np.ndarray = ticks.values["bid"] == ticks.values["ask"]
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        return f"{rows_of(rows, 'quotes', 'quote')} a bid equal to the ask: several venues mixed, or one side is stale."
