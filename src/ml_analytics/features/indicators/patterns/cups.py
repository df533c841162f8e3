"""The cup with handle (O'Neil 1988), upright and upside down.

The rims are two even pivot highs, 6 * k to 30 * k bars apart, and no pivot high between reaches them. The cup is
rounder than a V: its mean close lies in the lower half of its depth (a third above the bottom for a parabola). It
was reached from below its bottom, within the three pivots before it. The handle is the rest in the upper half, left
through the higher rim.

As in :mod:`.shapes` values are told from the side of the newest pivot, and numbers and arrays are treated alike.
"""

from __future__ import annotations

from math import inf, log
from typing import Any, NamedTuple

import numpy as np

from ...indicator import Array
from ...stepping import Recent, State
from .pivots import Marks, Positions
from .shapes import EVEN, Shape, higher, lower

RIMS = 10
"""How many pivots back the left rim may lie."""

BEFORE = 3
"""How many pivots before the left rim the price must have been below the bottom."""

ROUND = 0.5
"""The most that the mean close lies above the bottom, as a share of the depth."""


def cup(
    left: Any, right: Any, bottom: Any, between: Any, before: Any, mean: Any, width: Any, k: int
) -> Shape:
    """Describe a cup: its rims, its bottom, the highest pivot between, the lowest before, mean close and width."""
    depth = (left + right) / 2 - bottom
    holds = (abs(left - right) <= EVEN * depth) & (width >= 6 * k) & (width <= 30 * k)
    holds = holds & (mean - bottom <= ROUND * depth) & (between < lower(left, right)) & (before < bottom)
    names = "cup_and_handle", "inverse_cup_and_handle"
    return Shape(*names, holds, higher(left, right), 0.0, right - depth / 2, 0.0, 100, 0)


class Cups(NamedTuple):
    """Cups of one side: bars of the right rims, and their shapes (all hold)."""

    bars: Positions
    shape: Shape


def cups(marks: Marks, rim: Array, floor: Array, total: Array, k: int, side: int) -> Cups:
    """Return the cups that end at a pivot; of several with one right rim the longest.

    Args:
        marks: which bars are pivots of this side.
        rim: the highs (lows for ``side`` -1).
        floor: the lows (highs for ``side`` -1).
        total: running sum of ln(close).
        k: bars on both sides of a pivot.
        side: 1 for upright cups, -1 for those upside down.
    """
    bars = np.flatnonzero(marks)
    newest = np.arange(RIMS + BEFORE, len(bars))
    if not len(newest):
        none = np.zeros(0)
        return Cups(newest, cup(none, none, none, none, none, none, none, k))
    left = newest - np.arange(1, RIMS + 1)[:, None]
    value = np.log(rim[bars]) * side
    lowest = np.minimum if side > 0 else np.maximum
    floors = np.log(lowest.reduceat(floor, bars)) * side  # of the bars from each pivot to the next
    between = np.full(left.shape, -inf)
    np.maximum.accumulate(value.take(left[:-1]), axis=0, out=between[1:])
    bottom = np.minimum.accumulate(floors.take(left), axis=0)
    clear = np.flatnonzero((between < value[newest]) & (between < value.take(left)))
    left_rim, right_rim = left.take(clear), clear % len(newest) + (RIMS + BEFORE)
    width = bars[right_rim] - bars[left_rim]
    shape = cup(
        value[left_rim],
        value[right_rim],
        bottom.take(clear),
        between.take(clear),
        np.min([floors[left_rim - back] for back in range(1, BEFORE + 1)], axis=0),
        (total[bars[right_rim]] - total[bars[left_rim]]) * side / width,
        width,
        k,
    )
    # from the shortest to the longest: what comes later stays
    chosen = {int(right_rim[at]): int(at) for at in np.flatnonzero(shape.holds)}
    at = np.fromiter(chosen.values(), np.intp)
    shape = shape._replace(holds=shape.holds[at], upper=shape.upper[at], lower=shape.lower[at])
    return Cups(bars[right_rim[at]], shape)


def followed(state: State, recent: Recent, pivot: bool, k: int, side: int) -> tuple[State, Shape | None]:
    """Take the bar ``k`` bars ago into the state of one side; return the cup it completes, if it does.

    The state: running sum of ln(close), the floor since the last pivot, and per remembered pivot, newest first,
    its bar, value, running sum and the floor from it to the next.
    """
    total, floor, rims = state or (0.0, inf, ())
    total += log(recent.close[-1 - k])
    own = log(recent.low[-1 - k]) if side > 0 else -log(recent.high[-1 - k])
    if not pivot:
        return (total, min(floor, own), rims), None
    value = log(recent.high[-1 - k]) if side > 0 else -log(recent.low[-1 - k])
    if rims:
        rims = ((*rims[0][:3], floor), *rims[1:])
    new = (recent.bar - k, value, total, inf)
    shape = _completed(new, rims, k, side) if len(rims) == RIMS + BEFORE else None
    return (total, own, (new, *rims[: RIMS + BEFORE - 1])), shape


def _completed(new: Any, rims: Any, k: int, side: int) -> Shape | None:
    bottom, between, found = inf, -inf, None
    for place in range(RIMS):
        bar, value, total, floor = rims[place]
        bottom = min(bottom, floor)
        before = min(one[3] for one in rims[place + 1 : place + BEFORE + 1])
        width = new[0] - bar
        shape = cup(value, new[1], bottom, between, before, (new[2] - total) * side / width, width, k)
        if shape.holds:
            found = shape
        between = max(between, value)
    return found
