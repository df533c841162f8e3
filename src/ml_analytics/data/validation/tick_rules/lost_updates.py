"""Updates of a book that are missing."""

from __future__ import annotations

import numpy as np

from ..tick_rule import TickRule
from ..ticks import Ticks


class LostUpdates(TickRule):
    """Each update of a book goes on where the one before ended; after a jump the book is wrong until a snapshot.

    With the id of the update before (``prev_id``) it must be that of the update before. Else the first id
    must follow the last id of the update before, judged only where at least 95 % do: some markets count what
    they do not publish. An update is all neighbouring rows with the same ids; snapshots are left out.
    """

    name = "lost_updates"
    kinds = ("depth",)
    needs = ("first_id", "last_id")

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark the first row of each update after a jump."""
        mask = np.zeros(len(ticks), dtype=bool)
        first, last, previous = ticks.ids("first_id"), ticks.ids("last_id"), ticks.ids("previous_id")
        if first is None or last is None:
            return mask
        for _, rows in ticks.each_market():
            some = rows[~ticks.snapshots[rows]]
            if some.size < 2:
                continue
            starts = np.append(
                0, np.flatnonzero((np.diff(first[some]) != 0) | (np.diff(last[some]) != 0)) + 1
            )
            heads = some[starts]
            if previous is not None:
                mask[heads[1:]] = previous[heads[1:]] != last[heads[:-1]]
                continue
            steps = first[heads[1:]] - last[heads[:-1]]
            if steps.size and np.mean(steps == 1) >= 0.95:
                mask[heads[1:]] = steps > 1
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count the jumps."""
        places = "1 place" if len(rows) == 1 else f"{len(rows):,} places"
        return (
            f"The ids of the updates jump at {places}: from there the book is wrong until the next snapshot."
        )
