"""Columns that bars must have."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..finding import Finding
from ..rule import Rule


class MissingColumns(Rule):
    """Open, high, low, close, volume and a time must be there."""

    name = "missing_columns"

    def check(self, bars: Bars) -> Finding | None:
        """Report absent columns; the count is theirs, not that of rows."""
        if not bars.missing:
            return None
        return Finding(self.name, self.severity, len(bars.missing), self.sentence(bars, self.bad(bars)))

    def bad(self, bars: Bars) -> np.ndarray:
        """No single bar is at fault."""
        return np.zeros(len(bars), dtype=bool)

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Name the columns."""
        return f"Bars must have open, high, low, close, volume and a time; absent: {', '.join(bars.missing)}."
