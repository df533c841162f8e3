"""Times of which some name a zone and others none."""

from __future__ import annotations

import numpy as np

from ...zones import partly_zoned
from ..finding import Severity
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks

_TIMES = ("exchange_time", "local_time")


class MixedZones(TickRule):
    """A column of times must name a zone in every cell or in none: cells without one are taken as UTC."""

    name = "mixed_zones"
    severity = Severity.WARNING
    shows = _TIMES

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark the cells without a zone of columns in which others name one."""
        marked = np.zeros(len(ticks), dtype=bool)
        for part in _TIMES:
            if part in ticks.parts:
                marked |= partly_zoned(ticks.frame[ticks.parts[part]])
        return marked

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Say what they are taken for."""
        return (
            f"{rows_of(rows, 'has', 'have')} a time without a zone where others name one; taken as UTC, they may be "
            "hours off."
        )
