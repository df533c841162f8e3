"""Missing and infinite values."""

from __future__ import annotations

import numpy as np

from ml_analytics.core.ohlcv import OHLCV

from ..bars import Bars
from ..rule import Rule, bars_of


class NonFinite(Rule):
    """Prices and volume must be known and finite."""

    name = "non_finite"
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars with NaN or infinity (cells that are no numbers are another rule's)."""
        bad = np.zeros(len(bars), dtype=bool)
        for name in OHLCV:
            if name in bars.columns:
                bad |= self._holes(bars, name)
        return bad

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Name the columns."""
        names = [name for name in OHLCV if name in bars.columns and self._holes(bars, name).any()]
        return f"{bars_of(bad, 'have')} a missing or infinite value in {', '.join(names)}."

    @staticmethod
    def _holes(bars: Bars, name: str) -> np.ndarray:
        mask: np.ndarray = ~np.isfinite(bars[name]) & ~bars.not_numbers[name]
        return mask
