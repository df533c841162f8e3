"""Updates that come before the snapshot they build on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..finding import Severity
from ..strips import UNKNOWN
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class LateSnapshot(TickRule):
    """A book is built from a snapshot and the updates after it; rows before the first snapshot build on nothing.

    Hold them back until the snapshot is there, then apply those whose last id is beyond the snapshot's.
    """

    name = "late_snapshot"
    kinds = ("depth",)
    severity = Severity.WARNING
    needs = ("is_snapshot",)
    shows = ("first_id", "last_id")

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark the updates of each market above its first snapshot; a market without one is not judged."""
        mask = np.zeros(len(ticks), dtype=bool)
        for _, rows in ticks.each_market():
            taken = np.flatnonzero(ticks.snapshots[rows])
            if taken.size:
                mask[rows[: taken[0]]] = True
        return mask

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Say how late it is."""
        markets = self.details(ticks, rows)["markets"]
        late = "; ".join(
            f"{one['updates_before']:,}{' in ' + one['market'] if one['market'] else ''}"
            f"{_late(one['seconds_late'])}"
            for one in markets
        )
        return (
            f"{rows_of(rows, 'comes', 'come')} before the first snapshot ({late}): hold updates back until the "
            "snapshot, then apply those with later ids."
        )

    def details(self, ticks: Ticks, rows: np.ndarray) -> Mapping[str, Any]:
        """Return, by market, the snapshot's row, how many updates stand above it and how late it is."""
        marked = np.zeros(len(ticks), dtype=bool)
        marked[rows] = True
        made = []
        for name, places in ticks.each_market():
            above = places[marked[places]]
            if above.size:
                snapshot = int(places[np.argmax(ticks.snapshots[places])])
                made.append(
                    {
                        "market": name,
                        "snapshot_row": snapshot,
                        "updates_before": int(above.size),
                        "seconds_late": _seconds_late(ticks, int(above[0]), snapshot),
                    }
                )
        return {"markets": made}


def _seconds_late(ticks: Ticks, first: int, snapshot: int) -> float | None:
    if ticks.times is None or UNKNOWN in (ticks.times[first], ticks.times[snapshot]):
        return None
    return round(int(ticks.times[snapshot] - ticks.times[first]) / 1e9, 6)


def _late(seconds: float | None) -> str:
    return "" if seconds is None else f", up to {seconds:.3g} s before it"
