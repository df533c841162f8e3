"""Times without a zone."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..finding import Severity
from ..rule import Rule


class NaiveTimeZone(Rule):
    """Times should carry their zone; without one they are taken as UTC."""

    name = "naive_time_zone"
    severity = Severity.WARNING
    needs_times = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark all bars, or none."""
        return np.full(len(bars), bars.naive)

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say what they are taken for."""
        return "The times carry no zone and are taken as UTC; localise them if they are local times."
