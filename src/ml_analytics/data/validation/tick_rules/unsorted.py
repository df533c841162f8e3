"""Rows out of order."""

from __future__ import annotations

import numpy as np

from ..strips import UNKNOWN
from ..tick_rule import TickRule, rows_of
from ..ticks import Ticks


class Unsorted(TickRule):
    """Within a market rows must come in the order of their times; sorting mends this, so none is rejected."""

    name = "unsorted"

    def bad(self, ticks: Ticks) -> np.ndarray:
        """Mark rows that stand below a later one of their market."""
        return behind(ticks, ticks.times) if ticks.times is not None else np.zeros(len(ticks), dtype=bool)

    def sentence(self, ticks: Ticks, rows: np.ndarray) -> str:
        """Count them."""
        return f"{rows_of(rows, 'stands', 'stand')} below a later one of the same market; sort by time before use."


def behind(ticks: Ticks, times: np.ndarray, left_out: np.ndarray | None = None) -> np.ndarray:
    """Mark the rows whose time lies before that of an earlier row of their market."""
    mask = np.zeros(len(ticks), dtype=bool)
    for _, rows in ticks.each_market():
        some = rows if left_out is None else rows[~left_out[rows]]
        stamps = times[some]
        mask[some] = (stamps != UNKNOWN) & (stamps < np.maximum.accumulate(stamps)) if some.size else False
    return mask
