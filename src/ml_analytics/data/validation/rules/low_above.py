"""A low that is not the lowest."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..rule import Rule, bars_of
from .high_below import ROUNDING


class LowAbove(Rule):
    """The low must be at most the open, the close and the high."""

    name = "low_above"
    needs = ("open", "high", "low", "close")
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars whose low is undercut."""
        bottom = np.fmin(np.fmin(bars["open"], bars["close"]), bars["high"])
        mask: np.ndarray = bars["low"] > bottom + np.abs(bottom) * ROUNDING
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"On {bars_of(bad)} the low is above the open, the close or the high."
