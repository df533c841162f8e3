"""How straight a stream of values went: Kaufman's efficiency ratio, as TA-Lib's ER and KAMA keep it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from .recent import State


def efficiency(period: int) -> Callable[[State, Sequence[float]], tuple[State, float]]:
    """Return the net move over ``period`` steps by the way gone; 1 where there was none, NaN before.

    It is told the last ``period + 1`` values, newest last, at every one of them. The way is a running sum; it
    is 0 exactly when the last ``period`` moves were. The ratio is at most 1, also where the sum's rounding leaves
    less way than net move.

    >>> push, state = efficiency(2), None
    >>> for window in ([1.0], [1.0, 4.0], [1.0, 4.0, 3.0]):
    ...     state, ratio = push(state, window)
    >>> ratio
    0.5
    """

    def push(state: State, values: Sequence[float]) -> tuple[State, float]:
        value = values[-1]
        if state is None:
            return (0, 0.0, 0, value), nan
        seen, way, still, oldest = state
        before = values[-2]
        if seen >= period:
            leaves = values[-1 - period]
            way -= abs(oldest - leaves)
            oldest = leaves
        else:
            seen += 1
        way += abs(value - before)
        still = still + 1 if value == before else 0
        if still >= period:
            still, way = period, 0.0
        if seen < period:
            return (seen, way, still, oldest), nan
        moved = value - oldest
        return (seen, way, still, oldest), 1.0 if way <= abs(moved) else abs(moved / way)

    return push
