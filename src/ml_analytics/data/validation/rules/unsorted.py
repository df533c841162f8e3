"""Bars out of order."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..rule import Rule, bars_of


class Unsorted(Rule):
    """Bars must come in time order; sorting mends this, so no row is rejected."""

    name = "unsorted"
    needs_times = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark bars that lie before an earlier row."""
        if bars.given is None:
            return np.zeros(len(bars), dtype=bool)
        known = ~np.asarray(bars.given.isna())
        stamps = np.where(known, bars.given.asi8, np.iinfo(np.int64).min)
        behind = known & (stamps < np.maximum.accumulate(stamps))
        result: np.ndarray = behind[bars.rows]
        return result

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"{bars_of(bad, 'stand')} below a later one; sort by time before use."
