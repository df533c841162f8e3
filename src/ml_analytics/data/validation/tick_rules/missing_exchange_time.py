"""Rows that the exchange did not stamp."""

from __future__ import annotations

import numpy as np

from ..finding import Severity
from ..strips import UNKNOWN
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class MissingExchangeTime(TickRule):
    """Where both times are given, rows without the exchange's have no latency that could be measured."""

    name = "missing_exchange_time"
    severity = Severity.INFO
    needs = ("local_time", "exchange_time")

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows with the time of arrival only."""
        if ticks.local is None or ticks.exchange is None:
            return np.zeros(len(ticks), dtype=bool)
        mask: np.ndarray = (ticks.exchange == UNKNOWN) & (ticks.local != UNKNOWN)
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them, and say when they are snapshots or one market."""
        about = ""
        if ticks.snapshots[rows].all():
            about = ", all of them of a snapshot"
        elif (
            len(ticks.market_names) > 1
            and len(codes := np.unique(ticks.markets[rows])) == 1
            and codes[0] >= 0
        ):
            about = f", all of them of {ticks.market_names[codes[0]]}"
        return f"{rows_of(rows, 'carries', 'carry')} no time of the exchange{about}."
