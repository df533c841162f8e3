"""Bars without a readable time."""

from __future__ import annotations

import numpy as np

from ..bars import ISO, Bars
from ..rule import Rule, bars_of


class MissingTime(Rule):
    """Every bar must have a time in ISO 8601 or a datetime type."""

    name = "missing_time"
    needs_times = True
    rejects = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark unknown times."""
        return np.asarray(bars.times.isna()) if bars.times is not None else np.zeros(len(bars), dtype=bool)

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Count them and show the first."""
        such = f", such as {bars.odd['timestamp']}" if "timestamp" in bars.odd else ""
        return f"{bars_of(bad, 'have')} no time that can be read{such}: {ISO}."
