"""Bars in which nothing happened."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..finding import Severity
from ..rule import Rule, bars_of


class FlatBars(Rule):
    """One price, no volume: the market was closed or the feed was down."""

    name = "flat_bars"
    severity = Severity.WARNING
    needs = ("open", "high", "low", "close", "volume")

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars with open = high = low = close and volume 0."""
        close = bars["close"]
        same = (bars["open"] == close) & (bars["high"] == close) & (bars["low"] == close)
        mask: np.ndarray = same & (bars["volume"] == 0)
        return mask

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"{bars_of(bad, 'are')} flat with no volume: the market was closed or the feed down."
