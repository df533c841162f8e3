"""Wilder's averages of gains and losses, and of any stream of values, as TA-Lib keeps them (Wilder 1978)."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from .recent import State


def rma(period: int) -> Callable[[State, float], tuple[State, float]]:
    """Return an average in which the newest value counts 1 / period, begun by the mean of ``period`` values.

    >>> push, state = rma(2), None
    >>> for value in (1.0, 2.0, 4.5):
    ...     state, average = push(state, value)
    >>> average
    3.0
    """
    old = (period - 1) / period
    new = 1.0 - old

    def push(state: State, value: float) -> tuple[State, float]:
        count, average = state or (0, 0.0)
        if count == period:
            average = new * value + old * average
            return (count, average), average
        count, average = count + 1, average + value
        if count < period:
            return (count, average), nan
        average /= period
        return (count, average), average

    return push


def gains_and_losses(period: int) -> Callable[[State, float, float], tuple[State, float, float]]:
    """Return Wilder's averages of rises and of falls; told the value before and the newest; NaN before.

    It is not called at the first value. The averages are begun by the means of ``period`` moves.

    >>> push, state = gains_and_losses(2), None
    >>> for before, value in ((1.0, 3.0), (3.0, 2.0), (2.0, 3.0)):
    ...     state, gain, loss = push(state, before, value)
    >>> gain, loss
    (1.0, 0.25)
    """
    rest, part = float(period - 1), 1.0 / period

    def push(state: State, before: float, value: float) -> tuple[State, float, float]:
        count, gain, loss = state or (0, 0.0, 0.0)
        move = value - before
        if count == period:
            gain *= rest
            loss *= rest
        if move > 0.0:
            gain += move
        else:
            loss -= move
        if count < period:
            count += 1
            if count < period:
                return (count, gain, loss), nan, nan
        gain *= part
        loss *= part
        return (count, gain, loss), gain, loss

    return push
