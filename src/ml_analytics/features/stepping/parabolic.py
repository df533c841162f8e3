"""The parabolic stop, as TA-Lib's SAR moves it (Wilder 1978)."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from .recent import Recent, State


def parabolic(acceleration: float, maximum: float) -> Callable[[State, Recent], tuple[State, float]]:
    """Return the stop level at the newest bar; NaN at the first.

    The first direction is down when the second bar reaches further below the first than above it, else up; the
    first stop is the first bar's end on the other side.

    >>> push, state, recent = parabolic(0.02, 0.2), None, Recent(reach=2)
    >>> for bar in ((1.0, 2.0, 1.0, 1.0, 5.0), (4.0, 5.0, 1.5, 4.5, 5.0), (4.5, 6.0, 4.0, 5.0, 5.0)):
    ...     recent.push(bar)
    ...     state, stop = push(state, recent)
    >>> stop
    1.08
    """
    first = min(acceleration, maximum)

    def push(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return None, nan
        highs, lows = recent.high, recent.low
        high, low = highs[-1], lows[-1]
        if recent.bar == 1:
            up, down = high - highs[-2], lows[-2] - low
            rising = not (down > 0.0 and up < down)
            stop, extreme = (lows[-2], high) if rising else (highs[-2], low)
            pace, before_high, before_low = first, high, low
        else:
            rising, stop, extreme, pace = state
            before_high, before_low = highs[-2], lows[-2]
        if rising:
            if low <= stop:
                value = max(extreme, before_high, high)
                return (False, _above(value, first, low, before_high, high), low, first), value
            if high > extreme:
                extreme, pace = high, min(pace + first, maximum)
            return (True, _below(stop, pace, extreme, before_low, low), extreme, pace), stop
        if high >= stop:
            value = min(extreme, before_low, low)
            return (True, _below(value, first, high, before_low, low), high, first), value
        if low < extreme:
            extreme, pace = low, min(pace + first, maximum)
        return (False, _above(stop, pace, extreme, before_high, high), extreme, pace), stop

    return push


def _below(stop: float, pace: float, extreme: float, before: float, low: float) -> float:
    """The next stop of a rise: nearer to the extreme, but not above the last two lows."""
    return min(stop + pace * (extreme - stop), before, low)


def _above(stop: float, pace: float, extreme: float, before: float, high: float) -> float:
    """The next stop of a fall: nearer to the extreme, but not below the last two highs."""
    return max(stop + pace * (extreme - stop), before, high)
