"""Two bars of one time."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..rule import Rule, bars_of


class DuplicateTimes(Rule):
    """A time has one bar; of several the first row stays, the others are rejected."""

    name = "duplicate_times"
    needs_times = True
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark all but the first of each time."""
        if bars.times is None:
            return np.zeros(len(bars), dtype=bool)
        repeated: np.ndarray = np.asarray(bars.times.duplicated()) & ~np.asarray(bars.times.isna())
        return repeated

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them."""
        return f"{bars_of(bad, 'repeat')} the time of another bar."
