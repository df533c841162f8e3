"""When a shape is left: the bar whose close passes an edge that carries a signal.

From the bar that completes a shape on, up to 4 * k bars later, its close either stays between the edges, or leaves
and ends it. Of each kind there is one shape at a time: the newest takes the place of the one before. A shape whose
newest swing came no later than the last signal of its kind is not taken up, since it is what gave the signal.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...indicator import Array
from .pivots import ROUNDING, Positions

PATIENCE = 4
"""How many times k bars a shape waits."""

Numbers = NDArray[np.int64]


class Waiting(NamedTuple):
    """Shapes that wait to be left, each an array of one length.

    Attributes:
        kind: the number of the column.
        side: 1 where it is seen upright, -1 where upside down.
        bar: of its newest swing; it is complete k bars later.
        upper, upper_slope, lower, lower_slope: the edges at that bar, and their slopes per bar.
        up, down: the signals, seen from its side.
    """

    kind: Numbers
    side: Numbers
    bar: Positions
    upper: Array
    upper_slope: Array
    lower: Array
    lower_slope: Array
    up: Numbers
    down: Numbers


def signals(
    waiting: Waiting, price: Array, k: int, kinds: int
) -> tuple[tuple[NDArray[Any], ...], Positions, Array]:
    """Return a column of signals per kind, and the bars that have any with the sign of their sum.

    ``price`` is the logarithm of the close.
    """
    order = np.lexsort((waiting.bar, waiting.kind))
    waiting = Waiting._make(one[order] for one in waiting)
    replaced = np.full(len(order), len(price))
    same = waiting.kind[1:] == waiting.kind[:-1]
    replaced[:-1][same] = waiting.bar[1:][same] + k
    at, signal = _left(waiting, price, replaced, k)
    fired = np.flatnonzero(signal)
    kept, last, kind_before = [], -1, -1
    rows = zip(fired.tolist(), *(one[fired].tolist() for one in (waiting.kind, waiting.bar, at)), strict=True)
    for row, kind, bar, when in rows:
        if kind != kind_before:
            last, kind_before = -1, kind
        if bar > last:
            kept.append(row)
            last = when
    at, signal = at[kept], signal[kept]
    columns = tuple(np.zeros(len(price), np.int8) for _ in range(kinds))
    for kind, when, what in zip(waiting.kind[kept].tolist(), at.tolist(), signal.tolist(), strict=True):
        columns[kind][when] = what
    bars, which = np.unique(at, return_inverse=True)
    return columns, bars, np.sign(np.bincount(which, signal, minlength=len(bars)))


def _left(waiting: Waiting, price: Array, replaced: Positions, k: int) -> tuple[Positions, Numbers]:
    """Return for each shape the bar at which it ends and the signal there, 0 if it ends in silence."""
    since = np.arange(k, (1 + PATIENCE) * k + 1)[:, None]
    bars = waiting.bar + since
    close = price.take(bars, mode="clip") * waiting.side
    upper = waiting.upper + waiting.upper_slope * since
    lower = waiting.lower + waiting.lower_slope * since
    above, below = close > upper + ROUNDING, close < lower - ROUNDING
    crossed = upper <= lower + ROUNDING  # past the apex there is nothing to leave
    ends = above | below | crossed
    first, every = np.argmax(ends, axis=0), np.arange(bars.shape[1])
    at = bars[first, every]
    real = ends[first, every] & ~crossed[first, every] & (at < replaced)
    signal = np.where(above[first, every], waiting.up, waiting.down) * waiting.side
    return at, np.where(real, signal, 0)


Slot = tuple[int, int, float, float, float, float, int, int]
"""A single shape that waits: side, bar, edges and slopes, signals, as in :class:`Waiting`."""


def left(slot: Slot, price: float, bar: int, k: int) -> tuple[bool, int]:
    """Return whether a shape ends at this bar, and with which signal.

    >>> neckline = (1, 10, 4.7, 0.0, 4.6, 0.0, 0, -100)
    >>> left(neckline, 4.65, 15, k=5), left(neckline, 4.59, 16, k=5)
    ((False, 0), (True, -100))
    """
    side, born, upper, upper_slope, lower, lower_slope, up, down = slot
    since = bar - born
    if since > (1 + PATIENCE) * k:
        return True, 0
    roof, floor = upper + upper_slope * since, lower + lower_slope * since
    if roof <= floor + ROUNDING:
        return True, 0
    close = price * side
    if close > roof + ROUNDING:
        return True, up * side
    if close < floor - ROUNDING:
        return True, down * side
    return False, 0
