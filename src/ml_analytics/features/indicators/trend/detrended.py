"""Detrended price oscillator, as known at the bar.

Charts often draw it half a period back, where the average around a bar is known; such a value would be of the
future. Here an earlier close is held against today's average.
"""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step, sma


def dpo(close: Array, period: int) -> Array:
    """The close of half a period and a bar ago, less the simple average."""
    return ta.DPO(close, timeperiod=period)


def dpo_stepper(period: int) -> Step:
    """Return the step of :func:`dpo`."""
    push, place = sma(period), -2 - period // 2

    def step(state: State, recent: Recent) -> tuple[State, float]:
        close = recent.close
        if recent.bar < period - 1:
            return push(state, close[-1], 0.0)[0], nan
        state, mean = push(state, close[-1], close[-period])
        return state, close[place] - mean

    return step


INDICATORS = declare(
    "dpo",
    "trend",
    ["dpo_{period}"],
    ["close"],
    dpo,
    stepper=dpo_stepper,
    least=3,
    warm_up=lambda period: max(period - 1, period // 2 + 1),
    unit="price",
    formula="close[t - {period} / 2 - 1] - sma_{period}[t]",
    source="TA-Lib DPO",
    over=periods(20),
)
