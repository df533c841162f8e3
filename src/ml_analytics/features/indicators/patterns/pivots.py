"""Swing pivots over a whole series, and what is known of them at each bar.

A pivot high is a bar whose high is above the highs of the ``k`` bars before it and not below those of the ``k``
bars after it (of equal highs the first); a pivot low mirrors that. So the pivot at bar p is known from bar
p + k on, and nothing here says a word about it before (Williams, *Trading Chaos*, 1995, calls k = 2 a fractal).

Distances between prices are logarithms of their ratio, 0.01 being one percent: so 1 / price gives the mirrored
features, and multiplied prices give the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...indicator import Array

ROUNDING = 1e-9
"""A logarithm of prices is beyond a level when it is so by more than this, which no price tick is smaller than
and no rounding reaches: equal prices are never beyond each other, whichever way a level was calculated."""

OLDEST = 250
"""Ages are told in this many bars and are at most 1; a line through older pivots says nothing any more."""

Marks = NDArray[np.bool_]
Positions = NDArray[np.intp]


def find_pivots(high: Array, low: Array, k: int) -> tuple[Marks, Marks]:
    """Return which bars are pivot highs and which are pivot lows, each of shape (n_bars,).

    >>> price = np.array([1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 2.5])
    >>> [np.flatnonzero(one).tolist() for one in find_pivots(price, price, 2)]
    [[2], [4]]
    """
    highs, lows = np.zeros(len(high), np.bool_), np.zeros(len(high), np.bool_)
    last = len(high) - k
    if last > k:
        most, centre = _extremes(high, k, np.maximum), high[k:last]
        highs[k:last] = (centre > most[: last - k]) & (centre >= most[k + 1 :])
        least, centre = _extremes(low, k, np.minimum), low[k:last]
        lows[k:last] = (centre < least[: last - k]) & (centre <= least[k + 1 :])
    return highs, lows


def _extremes(values: Array, k: int, more: np.ufunc) -> Array:
    """Return the extreme of each ``k`` neighbours, shape (n_bars - k + 1,): blocks that double, then overlap."""
    size = 1
    while 2 * size <= k:
        values = more(values[size:], values[:-size])
        size *= 2
    return more(values[k - size :], values[: len(values) - (k - size)]) if size < k else values


def spans(known: Positions, length: int) -> Positions:
    """Return how many bars lie before the first of ``known``, from each to the next, and from the last on.

    >>> spans(np.array([1, 3]), 5).tolist()
    [1, 2, 2]
    """
    return np.diff(np.concatenate(((0,), known, (length,))))


def held(values: Array, stays: Positions, before: float = np.nan) -> Array:
    """Return per bar the newest of ``values``, each held over its span of :func:`spans`.

    >>> held(np.array([7.0, 8.0]), np.array([1, 2, 2]), before=0.0).tolist()
    [0.0, 7.0, 7.0, 8.0, 8.0]
    """
    return np.repeat(np.concatenate(((before,), values)), stays)


def ages(bars: Positions, stays: Positions, numbers: Array) -> Array:
    """Return per bar how old the newest of ``bars`` is, in units of :data:`OLDEST` and at most 1 (none: 1)."""
    since = numbers - held(bars.astype(np.float64), stays, before=-OLDEST)
    return np.minimum(since * (1 / OLDEST), 1.0)


def age(bar: int, now: int) -> float:
    """Return how old a single bar is, as :func:`ages` does.

    >>> age(100, now=125)
    0.1
    """
    return min((now - bar) * (1 / OLDEST), 1.0)
