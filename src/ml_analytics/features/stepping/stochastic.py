"""Where the newest price lies in the range of a window, as TA-Lib's STOCH and STOCHF measure it (Lane)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .extremes import highest, lowest
from .recent import State

_NOTHING = 1e-14


def raw_stochastic(
    period: int,
) -> Callable[[State, Sequence[float], Sequence[float], float, int], tuple[State, float]]:
    """Return the place of ``value`` between the lowest low and the highest high, 0 to 100; 0 without a range.

    It is told highs and lows (newest last), the value and the number of the newest bar.

    >>> push, state = raw_stochastic(2), None
    >>> for number in range(2):
    ...     state, place = push(state, (4.0, 5.0)[: number + 1], (1.0, 2.0)[: number + 1], 4.0, number)
    >>> place
    75.0
    """
    push_high, push_low = highest(period), lowest(period)

    def push(
        state: State, highs: Sequence[float], lows: Sequence[float], value: float, number: int
    ) -> tuple[State, float]:
        top, bottom = state or (None, None)
        top, bottom = push_high(top, highs, number), push_low(bottom, lows, number)
        high, low = top[0], bottom[0]
        reach = high - low
        if reach <= _NOTHING * (abs(high) + abs(low)):
            return (top, bottom), 0.0
        return (top, bottom), (value - low) / reach * 100.0

    return push
