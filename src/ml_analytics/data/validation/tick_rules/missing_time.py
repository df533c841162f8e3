"""Rows without any time."""

from __future__ import annotations

import numpy as np

from ..strips import UNKNOWN
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class MissingTime(TickRule):
    """Every row must have a time that can be read, of arrival or of the exchange."""

    name = "missing_time"
    shows = ("exchange_time", "local_time")
    rejects = True

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows of which neither time is known."""
        return np.zeros(len(ticks), dtype=bool) if ticks.times is None else ticks.times == UNKNOWN

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Say what is read as a time."""
        return (
            f"{rows_of(rows, 'has', 'have')} no time that can be read: times must be ISO 8601 or numbers since 1970 "
            "in seconds, milli-, micro- or nanoseconds."
        )
