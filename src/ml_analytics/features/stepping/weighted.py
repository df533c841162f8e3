"""The linearly weighted average of a window of a stream of values, as TA-Lib's WMA keeps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from .recent import State

_WINDOWS = 8


def wma(period: int) -> Callable[[State, Sequence[float]], tuple[State, float]]:
    """Return the average with weights 1 … ``period``, the newest value the heaviest; NaN until there are that many.

    It is told the values of the window, newest last, at every one of them. The weighted and the plain sum run
    along and are made anew from the window every 8 windows, at the same values as TA-Lib does it.

    >>> push, state = wma(2), None
    >>> for window in ([3.0], [3.0, 6.0], [6.0, 9.0]):
    ...     state, average = push(state, window)
    >>> average
    8.0
    """
    weights = period * (period + 1) / 2.0

    def push(state: State, window: Sequence[float]) -> tuple[State, float]:
        seen, plain, weighted, oldest, left = state or (1, 0.0, 0.0, 0.0, _WINDOWS * period)
        value = window[-1]
        if seen < period:
            return (seen + 1, plain + value, weighted + value * seen, 0.0, left), nan
        plain = plain + value - oldest
        weighted += value * period
        left -= 1
        if left <= 0:
            plain, weighted = _anew(window[-period:])
            left = _WINDOWS * period
        return (seen, plain, weighted - plain, window[-period], left), weighted / weights

    return push


def _anew(window: Sequence[float]) -> tuple[float, float]:
    plain = weighted = 0.0
    for weight, value in enumerate(window, 1):
        plain += value
        weighted += value * weight
    return plain, weighted
