"""Times without a zone."""

from __future__ import annotations

import numpy as np

from ..bars import Bars
from ..finding import Severity
from ..rule import Rule, bars_of


class NaiveTimeZone(Rule):
    """Times should carry their zone; without one they are taken as UTC."""

    name = "naive_time_zone"
    severity = Severity.WARNING
    needs_times = True

    def bad(self, bars: Bars) -> np.ndarray:
        """Mark the bars whose time names none: all of a table, or some cells of a mixed column."""
        return bars.naive

    def sentence(self, bars: Bars, bad: np.ndarray) -> str:
        """Say what they are taken for."""
        if bad.sum() < np.count_nonzero(bars.times.notna() if bars.times is not None else bad):
            return (
                f"{bars_of(bad, 'have')} a time without a zone and {'is' if bad.sum() == 1 else 'are'} taken as UTC, "
                "while the others name one; find out what the feed meant, for they may be hours off."
            )
        return "The times carry no zone and are taken as UTC; localise them if they are local times."
