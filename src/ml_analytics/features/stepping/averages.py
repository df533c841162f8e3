"""Averages of a stream of values, summed as TA-Lib sums them.

Each returns a function that takes its state (``None`` at first) and the newest value, and returns the new
state and the average; NaN until ``period`` values were seen. They begin at the first value they are given.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from .recent import State


def sma(period: int) -> Callable[[State, float, float], tuple[State, float]]:
    """Return a simple average; it is also told the value that leaves the window next.

    That is the value ``period - 1`` before the newest one (any number while there are fewer).

    >>> push, state = sma(2), None
    >>> for value, leaving in ((1.0, 0.0), (2.0, 1.0), (4.0, 2.0)):
    ...     state, mean = push(state, value, leaving)
    >>> mean
    3.0
    """

    def push(state: State, value: float, leaving: float) -> tuple[State, float]:
        count, total = state or (0, 0.0)
        total += value
        if count + 1 < period:
            return (count + 1, total), nan
        return (count, total - leaving), total / period

    return push


def ema(period: int) -> Callable[[State, float], tuple[State, float]]:
    """Return an exponential average with the weight 2 / (period + 1), begun by the mean of ``period`` values.

    >>> push, state = ema(2), None
    >>> for value in (1.0, 2.0, 4.5):
    ...     state, average = push(state, value)
    >>> average
    3.5
    """
    weight = 2.0 / (period + 1)

    def push(state: State, value: float) -> tuple[State, float]:
        count, average = state or (0, 0.0)
        if count == period:
            average = (value - average) * weight + average
            return (count, average), average
        count, average = count + 1, average + value
        if count < period:
            return (count, average), nan
        average /= period
        return (count, average), average

    return push


def derived_sum(period: int) -> Callable[[State, float], tuple[State, float]]:
    """Return the sum of the last ``period`` values as TA-Lib's SUM runs it; NaN before. It keeps them itself.

    >>> push, state = derived_sum(2), None
    >>> for value in (1.0, 2.0, 4.0):
    ...     state, total = push(state, value)
    >>> total
    6.0
    """

    def push(state: State, value: float) -> tuple[State, float]:
        total, kept = state or (0.0, ())
        total += value
        kept = (*kept, value)
        if len(kept) < period:
            return (total, kept), nan
        return (total - kept[0], kept[1:]), total

    return push


def derived_sma(period: int) -> Callable[[State, float], tuple[State, float]]:
    """Return :func:`sma` of values that are nowhere kept: it keeps the last ``period`` of them itself.

    >>> push, state = derived_sma(2), None
    >>> for value in (1.0, 2.0, 4.0):
    ...     state, mean = push(state, value)
    >>> mean
    3.0
    """

    add = derived_sum(period)

    def push(state: State, value: float) -> tuple[State, float]:
        state, total = add(state, value)
        return state, total / period

    return push
