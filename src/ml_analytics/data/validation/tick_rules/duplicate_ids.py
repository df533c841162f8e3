"""Trades that are told twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class DuplicateIds(TickRule):
    """A trade's id occurs once in a market; of several rows the first stays, the others are rejected."""

    name = "duplicate_trades"
    kinds = ("trades",)
    needs = ("trade_id",)
    shows = ("price", "qty")
    rejects = True

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark all but the first row of each id."""
        ids = ticks.frame[ticks.parts["trade_id"]]
        pairs = pd.DataFrame({"market": ticks.markets, "id": ids.to_numpy()})
        return np.asarray(pairs.duplicated().to_numpy() & ids.notna().to_numpy())

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        return f"{rows_of(rows, 'repeats', 'repeat')} the id of an earlier trade of the same market."
