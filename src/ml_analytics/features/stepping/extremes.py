"""The highest and the lowest value of a window of a stream of values, and when it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .recent import State

Extreme = Callable[[State, Sequence[float], int], tuple[float, int]]
"""State, values of the window (newest last) and number of the newest in; value and number of the extreme out.

What it returns is the state of the next call too. Of equals the newest counts.
"""


def highest(period: int) -> Extreme:
    """Return what finds the highest of the last ``period`` values.

    >>> push, state = highest(2), None
    >>> for number, window in enumerate(([3.0], [3.0, 2.0], [2.0, 1.0])):
    ...     state = push(state, window, number)
    >>> state
    (2.0, 1)
    """

    def push(state: State, values: Sequence[float], number: int) -> tuple[float, int]:
        value = values[-1]
        if state is None or value >= state[0]:
            return value, number
        if state[1] > number - period:
            return state  # type: ignore[no-any-return]
        window = values[-period:]
        value = max(window)
        return value, number - window[::-1].index(value)

    return push


def lowest(period: int) -> Extreme:
    """Return what finds the lowest of the last ``period`` values.

    >>> push, state = lowest(2), None
    >>> for number, window in enumerate(([1.0], [1.0, 2.0], [2.0, 3.0])):
    ...     state = push(state, window, number)
    >>> state
    (2.0, 1)
    """

    def push(state: State, values: Sequence[float], number: int) -> tuple[float, int]:
        value = values[-1]
        if state is None or value <= state[0]:
            return value, number
        if state[1] > number - period:
            return state  # type: ignore[no-any-return]
        window = values[-period:]
        value = min(window)
        return value, number - window[::-1].index(value)

    return push


def middle(period: int) -> Callable[[State, Sequence[float], Sequence[float], int], tuple[State, float]]:
    """Return the middle between the highest of one stream and the lowest of another, in one window.

    >>> push, state = middle(2), None
    >>> for number in range(3):
    ...     state, value = push(state, (9.0, 5.0, 4.0)[: number + 1], (3.0, 2.0, 3.0)[: number + 1], number)
    >>> value
    3.5
    """
    push_high, push_low = highest(period), lowest(period)

    def push(state: State, highs: Sequence[float], lows: Sequence[float], number: int) -> tuple[State, float]:
        top, bottom = state or (None, None)
        top, bottom = push_high(top, highs, number), push_low(bottom, lows, number)
        return (top, bottom), (top[0] + bottom[0]) / 2.0

    return push
