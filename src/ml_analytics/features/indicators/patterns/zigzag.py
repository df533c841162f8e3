"""The zigzag: confirmed pivots that go high, low, high, low.

Of several pivot highs with no pivot low between them the highest so far counts (the first of equals), of lows the
lowest; a bar that is both a pivot high and a pivot low is left out. So the newest swing may still move on, while
those before it are settled.

Everything is told from the side of the newest swing: seen from a pivot high values are ln(price), from a pivot
low they are -ln(price). The newest swing is always a top, and a shape needs to be described only once.
"""

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...indicator import Array
from ...stepping import Recent, State
from .pivots import Marks, Positions

SWINGS = 6
"""How many swings a shape may look back at, the newest included."""


class Zigzag(NamedTuple):
    """What the zigzag looked like each time its newest swing came or moved.

    Attributes:
        side: 1 where the newest swing is a high, -1 where it is a low, shape (n_changes,).
        bars: of the swings, newest first, shape (6, n_changes).
        values: of the swings, ln(price) * side, same shape.
    """

    side: NDArray[np.int64]
    bars: Positions
    values: Array


def zigzag(highs: Marks, lows: Marks, high: Array, low: Array) -> Zigzag:
    """Return the changes of the zigzag, from the first with six swings on.

    >>> high = np.array([1.0, 2.0, 1.0, 3.0, 1.0, 4.0, 1.0, 5.0])
    >>> even = np.arange(8) % 2 == 0
    >>> zigzag(~even, even, high, high).bars.tolist()
    [[5, 6, 7], [4, 5, 6], [3, 4, 5], [2, 3, 4], [1, 2, 3], [0, 1, 2]]
    """
    bars = np.flatnonzero(highs ^ lows)
    side = np.where(highs[bars], 1, -1)
    price = np.where(side > 0, high[bars], low[bars])
    run = _changes(side)
    counts = np.flatnonzero(_advances(price * side, run))
    bars, side, price, run = bars[counts], side[counts], price[counts], run[counts]
    last = np.flatnonzero(run[1:] != run[:-1])  # where each run of one kind ended, at its extreme
    now = np.flatnonzero(run >= SWINGS - 1)
    at = np.concatenate((now[None], last[run[now] - np.arange(1, SWINGS)[:, None]]))
    return Zigzag(side[now], bars[at], np.log(price)[at] * side[now])


def _changes(values: NDArray[Any]) -> Positions:
    """Return how often the values have changed so far."""
    changed = np.zeros(len(values), np.intp)
    changed[1:] = values[1:] != values[:-1]
    return np.cumsum(changed)


def _advances(value: Array, run: Positions) -> Marks:
    """Return which values are above all before them in their run."""
    order = np.argsort(value)
    rank = np.empty(len(value), np.intp)
    rank[order] = _changes(value[order])
    rank += run * len(value)
    new = np.ones(len(value), np.bool_)
    new[1:] = rank[1:] > np.maximum.accumulate(rank)[:-1]
    return new


Swings = tuple[tuple[int, float, int], ...]
"""Bar, price and side of up to six swings, newest first: the state of the zigzag."""


def moved(swings: Swings, new_high: bool, new_low: bool, recent: Recent, k: int) -> Swings:
    """Return the swings with the pivot that is known from this bar on, the very same if it changes nothing."""
    if new_high == new_low:
        return swings
    side = 1 if new_high else -1
    price = recent.high[-1 - k] if new_high else recent.low[-1 - k]
    if not swings or swings[0][2] != side:
        return ((recent.bar - k, price, side), *swings[: SWINGS - 1])
    if (price - swings[0][1]) * side > 0:
        return ((recent.bar - k, price, side), *swings[1:])
    return swings


def seen(swings: State) -> tuple[int, tuple[int, ...], tuple[float, ...]]:
    """Return side, bars and values of six swings, as a column of :class:`Zigzag` holds them."""
    side = swings[0][2]
    return side, tuple(bar for bar, _, _ in swings), tuple(log(price) * side for _, price, _ in swings)
