"""Columns that ticks must have."""

from __future__ import annotations

import numpy as np

from ..finding import Finding
from ..tick_columns import NAMES
from ..tick_rule import TickRule
from ..ticks import Ticks


class MissingColumns(TickRule):
    """Trades need price, quantity and a time; quotes bid, ask and a time; depth a side as well."""

    name = "missing_columns"

    def check(self, ticks: Ticks) -> Finding | None:
        """Report absent parts; the count is theirs, not that of rows."""
        if not ticks.missing:
            return None
        return Finding(self.name, self.severity, len(ticks.missing), self.sentence(ticks, np.empty(0)))

    def bad(self, ticks: Ticks) -> np.ndarray:
        """No single row is at fault."""
        return np.zeros(len(ticks), dtype=bool)

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Name the parts and the names looked for."""
        names = {**NAMES, "time": NAMES["exchange_time"][:2] + NAMES["local_time"][:2]}
        absent = "; ".join(f"{part} (such as {', '.join(names[part][:4])})" for part in ticks.missing)
        return f"The table of {ticks.kind} must have the columns that are absent: {absent}."
