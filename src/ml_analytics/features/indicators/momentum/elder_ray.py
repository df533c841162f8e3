"""Elder ray: how far bulls and bears take the price from its average (Elder 1993)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, ema

PowersStep: TypeAlias = Callable[[State, Recent], tuple[State, tuple[float, float]]]
"""A step that gives bull power and bear power."""


def elder_ray(high: Array, low: Array, close: Array, period: int) -> tuple[Array, ...]:
    """Return bull power, the high less the average close, and bear power, the low less it."""
    bulls, bears = ta.ERI(high, low, close, timeperiod=period)
    return bulls, bears


def elder_ray_stepper(period: int) -> PowersStep:
    """Return the step of :func:`elder_ray`."""
    push = ema(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        state, average = push(state, recent.close[-1])
        return state, (recent.high[-1] - average, recent.low[-1] - average)

    return step


INDICATORS = declare(
    "elder_ray",
    "momentum",
    ["bull_power_{period}", "bear_power_{period}"],
    ["high", "low", "close"],
    elder_ray,
    stepper=elder_ray_stepper,
    warm_up=lambda period: period - 1,
    unit="price",
    formula="bull = high - ema_{period}; bear = low - ema_{period}",
    source="TA-Lib ERI",
    over=periods(13),
)
