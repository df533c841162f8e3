"""Prices of zero or less."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..rule import Rule, bars_of


class NonPositivePrice(Rule):
    """Prices must be above zero: returns and logarithms mean nothing below.

    (A spread or the oil future of April 2020 can be negative for good reason; validate such a series without
    this rule.)
    """

    name = "non_positive_price"
    needs = ("open", "high", "low", "close")
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars with any price at or below zero."""
        lowest = np.fmin.reduce([bars[name] for name in self.needs])
        return np.asarray(lowest <= 0)

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"{bars_of(bad, 'have')} a price of zero or less."
