"""The true range of a bar, and its Wilder mean, as TA-Lib's TRANGE and ATR keep it."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from .recent import Recent, State


def true_range(recent: Recent) -> float:
    """Return how far the price went from the close before to either end of the bar; NaN at the first bar.

    >>> recent = Recent(reach=2)
    >>> for bar in ((1.0, 2.0, 1.0, 1.0, 5.0), (4.0, 5.0, 4.0, 4.5, 5.0)):
    ...     recent.push(bar)
    >>> true_range(recent)
    4.0
    """
    if recent.bar == 0:
        return nan
    before, high, low = recent.close[-2], recent.high[-1], recent.low[-1]
    return max(high - low, abs(before - high), abs(before - low))


def average_true_range(period: int) -> Callable[[State, Recent], tuple[State, float]]:
    """Return the Wilder mean of the true ranges, begun by the mean of ``period`` of them; NaN before.

    >>> push, state, recent = average_true_range(2), None, Recent(reach=2)
    >>> for bar in ((1.0, 2.0, 1.0, 1.0, 5.0), (4.0, 5.0, 4.0, 4.5, 5.0), (4.5, 5.5, 4.5, 5.0, 5.0)):
    ...     recent.push(bar)
    ...     state, mean = push(state, recent)
    >>> mean
    2.5
    """
    old = (period - 1) / period
    new = 1.0 - old

    def push(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return None, nan
        count, mean = state or (0, 0.0)
        if count == period:
            mean = new * true_range(recent) + old * mean
            return (count, mean), mean
        count, mean = count + 1, mean + true_range(recent)
        if count < period:
            return (count, mean), nan
        mean /= period
        return (count, mean), mean

    return push
