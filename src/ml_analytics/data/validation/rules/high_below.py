"""A high that is not the highest."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..rule import Rule, bars_of

ROUNDING = 1e-9
"""Relative: adjusted prices carry rounding errors that are not faults."""


class HighBelow(Rule):
    """The high must be at least the open, the close and the low."""

    name = "high_below"
    needs = ("open", "high", "low", "close")
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars whose high is exceeded."""
        top = np.fmax(np.fmax(bars["open"], bars["close"]), bars["low"])
        mask: np.ndarray = bars["high"] < top - np.abs(top) * ROUNDING
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"On {bars_of(bad)} the high is below the open, the close or the low."
