"""Prices and quantities that are no numbers."""

from __future__ import annotations

import numpy as np

from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class NonFinite(TickRule):
    """Every price and quantity must be a finite number; digits in text are none."""

    name = "non_finite"
    shows = ("price", "qty", "bid", "ask", "bid_qty", "ask_qty")
    rejects = True

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows with a missing, infinite or unreadable number."""
        mask = np.zeros(len(ticks), dtype=bool)
        for values in ticks.values.values():
            mask |= ~np.isfinite(values)
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Name the columns."""
        wrong = [ticks.parts[part] for part, values in ticks.values.items() if not np.isfinite(values).all()]
        return f"{rows_of(rows, 'has', 'have')} no finite number in {', '.join(wrong)}."
