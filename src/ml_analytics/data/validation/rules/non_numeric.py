"""Cells that are not numbers."""

from __future__ import annotations

import numpy as np

from ml_analytics.core.ohlcv import OHLCV

from ..bars import Bars
from ..rule import Rule, bars_of


class NonNumeric(Rule):
    """Prices and volume must be numbers; digits in text are text."""

    name = "non_numeric"
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars with any such cell."""
        bad = np.zeros(len(bars), dtype=bool)
        for name in self._there(bars):
            bad |= bars.not_numbers[name]
        return bad

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Name the columns, each with its first such cell."""
        names = [name for name in self._there(bars) if bars.not_numbers[name].any()]
        cells = ", ".join(f"{name} (such as {bars.odd[name]})" for name in names)
        return f"{bars_of(bad, 'hold')} something other than a number in {cells}."

    @staticmethod
    def _there(bars: Bars) -> list[str]:
        return [name for name in OHLCV if name in bars.columns]
