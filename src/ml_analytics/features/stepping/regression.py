"""The straight line through a window of a stream of values, as TA-Lib's LINEARREG family fits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from .recent import State

_WINDOWS, _OUTLIER = 32, 100.0


def regression(period: int) -> Callable[[State, Sequence[float]], tuple[State, float, float]]:
    """Return the slope by least squares and where the line was at the oldest value; NaN until there are ``period``.

    It is told the values of the window, newest last, at every one of them. Running sums are made anew from the
    window every 32 windows and when a value has left that outweighs what remains: when TA-Lib does it.

    >>> push, state = regression(3), None
    >>> for window in ([1.0], [1.0, 3.0], [1.0, 3.0, 5.0]):
    ...     state, slope, begin = push(state, window)
    >>> slope, begin
    (2.0, 1.0)
    """
    places = period * (period - 1) * 0.5
    divisor = places * places - period * (period * (period - 1) * (2 * period - 1) / 6.0)

    def push(state: State, values: Sequence[float]) -> tuple[State, float, float]:
        seen, total, weighted, sizes, oldest, left = state or (1, 0.0, 0.0, 0.0, 0.0, 0)
        if seen < period:
            return (seen + 1, 0.0, 0.0, 0.0, 0.0, 0), nan, nan
        if seen > period:
            value, leaving = values[-1], period * oldest
            weighted = weighted + total - leaving
            total = total - oldest + value
            sizes = sizes - abs(oldest) + abs(value)
            left -= 1
        else:
            seen += 1
            leaving = 0.0
        if left <= 0 or abs(leaving) > _OUTLIER * sizes:
            total, weighted, sizes = _anew(values[-period:])
            left = _WINDOWS * period
        slope = (period * weighted - places * total) / divisor
        begin = (total - slope * places) / period
        return (seen, total, weighted, sizes, values[-period], left), slope, begin

    return push


def _anew(window: Sequence[float]) -> tuple[float, float, float]:
    """Return the sum, the sum weighted by the distance to the newest, and the sum of sizes."""
    total = weighted = sizes = 0.0
    distance = float(len(window))
    for value in window:
        distance -= 1.0
        total += value
        weighted += distance * value
        sizes += abs(value)
    return total, weighted, sizes
