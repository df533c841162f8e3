"""Volumes below zero."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..rule import Rule, bars_of


class NegativeVolume(Rule):
    """Volume must be zero or more."""

    name = "negative_volume"
    needs = ("volume",)
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars with less."""
        mask: np.ndarray = bars["volume"] < 0
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"{bars_of(bad, 'have')} a negative volume."
