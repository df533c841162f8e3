"""How far volume moves the price: ease of movement (Arms) and market facilitation (Williams)."""

from __future__ import annotations

from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.sums import window_sum, windowed_sum


def ease_of_movement(high: Array, low: Array, volume: Array, period: int) -> Array:
    """Mean of the middle's move times the range over the volume; a bar that did not trade counts as 0."""
    middle, untraded = (high + low) / 2, volume == 0
    ease = np.full_like(high, nan)
    ease[1:] = np.diff(middle) * (high[1:] - low[1:]) / np.where(untraded, 1.0, volume)[1:]
    ease[1:][untraded[1:]] = 0.0
    return windowed_sum(ease, period) / period


def market_facilitation(high: Array, low: Array, volume: Array) -> Array:
    """Range over volume; 0 where nothing was traded."""
    return ta.MARKETFI(high, low, volume)


def ease_of_movement_stepper(period: int) -> Step:
    """Return the step of :func:`ease_of_movement`."""
    push = window_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, total = push(state, _ease(recent) if recent.bar else nan)
        return state, total / period

    return step


def _ease(recent: Recent) -> float:
    volume = recent.volume[-1]
    if not volume:
        return 0.0
    high, low = recent.high[-1], recent.low[-1]
    return ((high + low) / 2 - (recent.high[-2] + recent.low[-2]) / 2) * (high - low) / volume


def market_facilitation_stepper() -> Step:
    """Return the step of :func:`market_facilitation`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        volume = recent.volume[-1]
        return None, (recent.high[-1] - recent.low[-1]) / volume if volume else 0.0

    return step


INDICATORS = (
    *declare(
        "emv",
        "volume",
        ["emv_{period}"],
        ["high", "low", "volume"],
        ease_of_movement,
        stepper=ease_of_movement_stepper,
        warm_up=lambda period: period,
        unit="per_currency",
        formula="mean((m[t] - m[t-1]) * (high - low) / volume, {period}), m = (high + low) / 2; price² a volume",
        source="Arms 1989; own, TA-Lib has none",
        aliases=["ease_of_movement"],
        over=periods(14),
    ),
    *declare(
        "marketfi",
        "volume",
        ["marketfi"],
        ["high", "low", "volume"],
        market_facilitation,
        stepper=market_facilitation_stepper,
        warm_up=0,
        unit="per_currency",
        formula="(high - low) / volume, price a volume",
        source="TA-Lib MARKETFI",
        aliases=["market_facilitation"],
    ),
)
