"""The last values of a stream that a step makes itself: a window of them, or one from some time ago."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from .recent import State


def delay(bars: int) -> Callable[[State, float], tuple[State, float]]:
    """Return what gives the value from ``bars`` values ago; NaN while there is none.

    >>> push, state = delay(2), None
    >>> for value in (1.0, 2.0, 3.0):
    ...     state, late = push(state, value)
    >>> late
    1.0
    """

    def push(state: State, value: float) -> tuple[State, float]:
        waiting = (*(state or ()), value)
        return (waiting[1:], waiting[0]) if len(waiting) > bars else (waiting, nan)

    return push


def window(size: int) -> Callable[[State, float], tuple[float, ...]]:
    """Return what keeps the last ``size`` values; what it returns is the state of the next call too.

    >>> push, state = window(2), None
    >>> for value in (1.0, 2.0, 3.0):
    ...     state = push(state, value)
    >>> state
    (2.0, 3.0)
    """

    def push(state: State, value: float) -> tuple[float, ...]:
        kept = (*(state or ()), value)
        return kept[1:] if len(kept) > size else kept

    return push
