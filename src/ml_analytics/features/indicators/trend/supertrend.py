"""Supertrend: a band of average true ranges that only tightens, and the side the close is on (Seban)."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep
from ...stepping.true_range import average_true_range

Both = tuple[float, float]
"""The band in force, and 1 or -1."""


def supertrend(high: Array, low: Array, close: Array, period: int, multiplier: float) -> Array:
    """Return the band in force: the lower one in a rise, the upper one in a fall."""
    return _both(high, low, close, period, multiplier)[0]


def supertrend_direction(high: Array, low: Array, close: Array, period: int, multiplier: float) -> Array:
    """Return 1 in a rise and -1 in a fall; 1 where the close never left the band."""
    direction = _both(high, low, close, period, multiplier)[1].astype(np.float64)
    direction[:period] = nan
    return direction


def _both(high: Array, low: Array, close: Array, period: int, multiplier: float) -> tuple[Array, Array]:
    band, side = ta.SUPERTREND(high, low, close, timeperiod=period, multiplier=multiplier)
    return band, side


def supertrend_stepper(period: int, multiplier: float) -> ValueStep:
    """Return the step of :func:`supertrend`."""
    push = _supertrend(period, multiplier)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, (band, _) = push(state, recent)
        return state, band

    return step


def supertrend_direction_stepper(period: int, multiplier: float) -> ValueStep:
    """Return the step of :func:`supertrend_direction`."""
    push = _supertrend(period, multiplier)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, (_, direction) = push(state, recent)
        return state, direction

    return step


def _supertrend(period: int, multiplier: float) -> Callable[[State, Recent], tuple[State, Both]]:
    push_range = average_true_range(period)

    def push(state: State, recent: Recent) -> tuple[State, Both]:
        of_range, upper, lower, rising = state or (None, nan, nan, True)
        of_range, reach = push_range(of_range, recent)
        if recent.bar < period:
            return (of_range, upper, lower, rising), (nan, nan)
        reach *= multiplier
        between = (recent.high[-1] + recent.low[-1]) / 2.0
        high, low = between + reach, between - reach
        if recent.bar == period:
            return (of_range, high, low, True), (low, 1.0)
        before, close = recent.close[-2], recent.close[-1]
        if high < upper or before > upper:
            upper = high
        if low > lower or before < lower:
            lower = low
        rising = close >= lower if rising else close > upper
        return (of_range, upper, lower, rising), ((lower, 1.0) if rising else (upper, -1.0))

    return push


INDICATORS = (
    *declare(
        "supertrend",
        "trend",
        ["supertrend_{period}"],
        ["high", "low", "close"],
        supertrend,
        stepper=supertrend_stepper,
        warm_up=lambda period, multiplier: period,
        unit="price",
        formula="middle of the bar -+ {multiplier} * atr({period}), tightened until the close crosses it",
        source="TA-Lib SUPERTREND, its line",
        over=[{"period": 10, "multiplier": 3.0}],
    ),
    *declare(
        "supertrend",
        "trend",
        ["supertrend_direction_{period}"],
        ["high", "low", "close"],
        supertrend_direction,
        stepper=supertrend_direction_stepper,
        warm_up=lambda period, multiplier: period,
        unit="signal",
        formula="1 while the close stays above supertrend_{period}, -1 while it stays below",
        source="TA-Lib SUPERTREND, its direction",
        over=[{"period": 10, "multiplier": 3.0}],
    ),
)
