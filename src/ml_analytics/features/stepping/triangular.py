"""The average of a window whose middle counts most, as TA-Lib's TRIMA keeps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from .recent import State


def triangular(period: int) -> Callable[[State, Sequence[float]], tuple[State, float]]:
    """Return the average with weights 1, 2 … 2, 1; NaN until there are ``period`` values.

    It is told the values of the window, newest last, at every one of them, and keeps three running sums: of all
    weighted values, and of the plain values of the older and of the newer half.

    >>> push, state = triangular(3), None
    >>> for window in ([1.0], [1.0, 2.0], [1.0, 2.0, 7.0]):
    ...     state, average = push(state, window)
    >>> average
    3.0
    """
    odd = period % 2
    half = period >> 1
    older = half + odd  # values of the older half, with the middle one of an odd window
    weight = 1.0 / (older * (half + 1))

    def push(state: State, values: Sequence[float]) -> tuple[State, float]:
        seen, weighted, past, newer, oldest = state or (1, 0.0, 0.0, 0.0, 0.0)
        if seen < period:
            return (seen + 1, 0.0, 0.0, 0.0, 0.0), nan
        if seen == period:
            window = values[-period:]
            for value in window[older - 1 :: -1]:
                past += value
                weighted += past
            for value in window[older:]:
                newer += value
                weighted += newer
            return (seen + 1, weighted, past, newer, window[0]), weighted * weight
        value, middle = values[-1], values[-1 - half]
        weighted -= past
        past = past - oldest + middle
        if odd:
            weighted += newer
            newer -= middle
        else:
            newer -= middle
            weighted += newer
        newer += value
        weighted += value
        return (seen, weighted, past, newer, values[-period]), weighted * weight

    return push
