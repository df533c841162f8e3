"""Two exponential averages of one stream of values and the average of their difference, as TA-Lib's MACD."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from .averages import ema
from .recent import State


def convergence(fast: int, slow: int, signal: int) -> Callable[[State, float], tuple[State, float, float]]:
    """Return what gives the difference, fast less slow, and its average over ``signal`` values; NaN before.

    The fast average waits until its seed, the mean of ``fast`` values, ends where that of the slow one ends.

    >>> push, state = convergence(1, 2, 2), None
    >>> for value in (1.0, 2.0, 4.0):
    ...     state, line, smoothed = push(state, value)
    >>> round(line, 4), round(smoothed, 4)
    (0.8333, 0.6667)
    """
    push_fast, push_slow, push_signal = ema(fast), ema(slow), ema(signal)
    wait = slow - fast

    def push(state: State, value: float) -> tuple[State, float, float]:
        seen, of_fast, of_slow, of_signal = state or (0, None, None, None)
        of_slow, slowly = push_slow(of_slow, value)
        quickly = smoothed = nan
        if seen >= wait:
            of_fast, quickly = push_fast(of_fast, value)
        if seen >= slow - 1:
            of_signal, smoothed = push_signal(of_signal, quickly - slowly)
        return (min(seen + 1, slow), of_fast, of_slow, of_signal), quickly - slowly, smoothed

    return push
