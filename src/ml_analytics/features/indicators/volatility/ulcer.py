"""Ulcer index: how deep and how long the price lay below its recent high (Martin and McCann 1989)."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.sums import positive_sum, windowed_sum


def ulcer_index(close: Array, period: int) -> Array:
    """Root of the mean squared drawdown, in percent, from the highest close of ``period`` bars; 0 at highs."""
    highest = ta.MAX(close, timeperiod=period)
    drawdown = 100.0 * (close - highest) / highest
    return np.sqrt(windowed_sum(drawdown * drawdown, period) / period)


def ulcer_index_stepper(period: int) -> Step:
    """Return the step of :func:`ulcer_index`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar < period - 1:
            return None, 0.0
        highest = max(recent.close[-period:])
        drawdown = 100.0 * (recent.close[-1] - highest) / highest
        state, total = push(state, drawdown * drawdown)
        return state, sqrt(total / period)

    return step


INDICATORS = declare(
    "ulcer_index",
    "volatility",
    ["ulcer_index_{period}"],
    ["close"],
    ulcer_index,
    stepper=ulcer_index_stepper,
    warm_up=lambda period: 2 * (period - 1),
    unit="percent",
    formula="sqrt(mean((100 (close - max(close, {period})) / max(close, {period}))², {period}))",
    source="Martin and McCann 1989; own, TA-Lib has none",
    aliases=["ulcer"],
    over=periods(14),
)
