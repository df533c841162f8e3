"""Events that arrived in another order than they happened."""

from __future__ import annotations

import numpy as np

from ..finding import Severity
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks
from .unsorted import behind


class ExchangeDisorder(TickRule):
    """Among rows in order of arrival the exchange's times should not go back.

    Snapshots are left out: they are fetched on the side and late by nature (``late_snapshot`` speaks of them).
    """

    name = "exchange_disorder"
    severity = Severity.WARNING
    needs = ("exchange_time", "local_time")

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows stamped before an earlier row of their market, unless the arrivals are out of order."""
        if ticks.exchange is None or ticks.local is None:
            return np.zeros(len(ticks), dtype=bool)
        mask: np.ndarray = behind(ticks, ticks.exchange, ticks.snapshots) & ~behind(ticks, ticks.local)
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        return (
            f"{rows_of(rows, 'carries', 'carry')} an exchange time before that of an earlier arrival: "
            "replay in order of arrival, not of the exchange."
        )
