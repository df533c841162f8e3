"""Sums over a window that remember nothing of what left it, over a whole series and value by value.

Blocks of 1, 2, 4, … values are added pairwise and put together to the window: no running total, so a value
that dwarfs its successors leaves no rounding behind, and both forms below add in the same order, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
from numpy.typing import NDArray

from .recent import State


def windowed_sum(values: NDArray[np.float64], period: int) -> NDArray[np.float64]:
    """Return the sums of the last ``period`` values; NaN where there are fewer, or where one of them is NaN.

    >>> windowed_sum(np.array([1.0, 2.0, 3.0, 4.0]), 3).tolist()
    [nan, nan, 6.0, 9.0]
    """
    out = np.full(len(values), nan)
    if len(values) < period:
        return out
    total, taken = None, 0
    blocks, size = values, 1
    while True:
        if period & size:
            total = blocks if total is None else total[size:] + blocks[:-taken]
            taken += size
        if taken == period:
            out[period - 1 :] = total
            return out
        blocks = blocks[size:] + blocks[:-size]
        size *= 2


def window_sum(period: int) -> Callable[[State, float], tuple[State, float]]:
    """Return what gives :func:`windowed_sum` value by value: state and newest value in, state and sum out.

    >>> push, state = window_sum(3), None
    >>> for value in (1.0, 2.0, 3.0, 4.0):
    ...     state, total = push(state, value)
    >>> total
    9.0
    """
    plan = _plan(period)
    nothing = tuple((nan,) * kept for _, _, kept in plan)

    def push(state: State, value: float) -> tuple[State, float]:
        block, total, kept = value, 0.0, []
        for (size, taken, _), past in zip(plan, nothing if state is None else state, strict=True):
            if taken >= 0:
                total = total + past[-taken] if taken else block
            kept.append((*past[1:], block))
            block += past[-size] if size <= len(past) else 0.0
        return tuple(kept), total

    return push


def positive_sum(period: int) -> Callable[[State, float], tuple[State, float]]:
    """Return :func:`window_sum` for values that are never negative, five times as fast.

    Adding such values in another order changes no more than the last digits, and a sum of 0 is exact.

    >>> push, state = positive_sum(3), None
    >>> for value in (1.0, 2.0, 3.0, 4.0):
    ...     state, total = push(state, value)
    >>> total
    9.0
    """
    nothing = (nan,) * period

    def push(state: State, value: float) -> tuple[State, float]:
        window = (*(nothing if state is None else state)[1:], value)
        return window, sum(window)

    return push


def _plan(period: int) -> tuple[tuple[int, int, int], ...]:
    """Return per size of block: the size, how many newer values the window has by then, how many to keep.

    The middle number is -1 where the window has no block of that size.
    """
    plan, taken, size = [], 0, 1
    while taken < period:
        used = bool(period & size)
        last = taken + size == period and used
        plan.append((size, taken if used else -1, max(taken if used else 0, 0 if last else size, 1)))
        taken += size if used else 0
        size *= 2
    return tuple(plan)
