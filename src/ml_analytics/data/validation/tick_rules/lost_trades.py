"""Trades that are missing."""

from __future__ import annotations

import numpy as np

from ..finding import Severity
from ..tick_rule import TickRule
from ..ticks import Ticks


class LostTrades(TickRule):
    """Where a market numbers its trades one by one, a jump in the numbers is trades that were not recorded.

    Judged only where at least 95 % of the sorted ids follow one another.
    """

    name = "lost_trades"
    kinds = ("trades",)
    severity = Severity.WARNING
    needs = ("trade_id",)

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark the first trade after each jump."""
        mask = np.zeros(len(ticks), dtype=bool)
        ids = ticks.ids("trade_id")
        if ids is None:
            return mask
        for _, rows in ticks.each_market():
            order = rows[np.argsort(ids[rows], kind="stable")]
            steps = np.diff(ids[order])
            if steps.size and np.mean(steps[steps > 0] == 1) >= 0.95:
                mask[order[1:]] = steps > 1
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Say how many are missing."""
        lost = int(self.details(ticks, rows)["lost"])
        places = "1 place" if len(rows) == 1 else f"{len(rows):,} places"
        return (
            f"The ids of the trades jump at {places}: {lost:,} trade{'' if lost == 1 else 's'} not recorded."
        )

    def details(self, ticks: Ticks, rows: np.ndarray) -> dict[str, int]:
        """Return how many trades are missing."""
        ids = ticks.ids("trade_id")
        if ids is None:
            return {"lost": 0}
        marked = np.zeros(len(ticks), dtype=bool)
        marked[rows] = True
        lost = 0
        for _, places in ticks.each_market():
            order = places[np.argsort(ids[places], kind="stable")]
            lost += int((np.diff(ids[order]) - 1)[marked[order[1:]]].sum())
        return {"lost": lost}
