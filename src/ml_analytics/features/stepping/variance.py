"""Variance of a window of a stream of values, as TA-Lib's VAR, STDDEV and BBANDS keep it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from .recent import State

_STALE, _NOISE, _OUTLIER, _WINDOWS = 1e-6, 1e-12, 1e6, 32


def variance(period: int) -> Callable[[State, Sequence[float]], tuple[State, float]]:
    """Return the population variance of the last ``period`` values; NaN until there are that many.

    It is told the values of the window, newest last, at every one of them. Deviations from a level near the
    window are summed, and their squares; level and sums are made anew when the variance has become small
    beside them, when an outlier has left, and every 32 windows: at the same values as TA-Lib does it.

    >>> push, state = variance(2), None
    >>> for window in ([1.0], [1.0, 3.0], [3.0, 9.0]):
    ...     state, value = push(state, window)
    >>> value
    9.0
    """
    share = 1.0 / period

    def push(state: State, window: Sequence[float]) -> tuple[State, float]:
        value = window[-1]
        seen, level, total, squares, left = state or (0, value, 0.0, 0.0, _WINDOWS * period)
        away = value - level
        total, squares = total + away, squares + away * away
        if seen < period - 1:
            return (seen + 1, level, total, squares, left), nan
        mean = total * share
        made = squares * share - mean * mean
        away = window[0] - level
        gone, left = away * away, left - 1
        total, squares = total - away, squares - gone
        if made < _STALE * (squares * share) or gone > _OUTLIER * squares or left <= 0:
            level, total, squares, made = _anew(window, share)
            left = _WINDOWS * period
        return (seen, level, total, squares, left), made

    return push


def _anew(window: Sequence[float], share: float) -> tuple[float, float, float, float]:
    """Return the level, the two sums less the oldest value, and the variance."""
    total = 0.0
    for value in window:
        total += value
    level = total * share
    total = squares = 0.0
    for value in window:
        away = value - level
        total += away
        squares += away * away
    mean = total * share
    made = squares * share - mean * mean
    away = window[0] - level
    floor = _NOISE * (squares * share)
    return level, total - away, squares - away * away, 0.0 if made < floor else made
