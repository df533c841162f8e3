"""Where the newest value stands among those before it, as TA-Lib's PERCENTRANK counts it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from math import nan

from .recent import State

_NOTHING: State = ((), ())


def percent_rank(period: int) -> Callable[[State, float], tuple[State, float]]:
    """Return the percentage of the ``period`` values before the newest that are smaller; ties are not.

    NaN until there are that many. The state holds the values in order of time and in order of size.

    >>> push, state = percent_rank(4), None
    >>> for value in (1.0, 2.0, 3.0, 4.0, 3.0):
    ...     state, rank = push(state, value)
    >>> rank
    50.0
    """

    def push(state: State, value: float) -> tuple[State, float]:
        window, ordered = state or _NOTHING
        ranked, rank = list(ordered), nan
        if len(window) == period:
            rank = bisect_left(ranked, value) / period * 100.0
            del ranked[bisect_left(ranked, window[0])]
        insort(ranked, value)
        return ((*window[-period + 1 :], value), tuple(ranked)), rank

    return push
