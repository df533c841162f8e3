"""Relative volatility index: the RSI of standard deviations (Dorsey 1993)."""

from __future__ import annotations

from math import sqrt

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.variance import variance

_SPREAD = 10


def relative_volatility(close: Array, period: int) -> Array:
    """Share of ten-bar standard deviations that fell on rising closes, 0 to 100; 50 where nothing moved."""
    return ta.RVI(close, timeperiod=period)


def relative_volatility_stepper(period: int) -> Step:
    """Return the step of :func:`relative_volatility`."""
    push = variance(_SPREAD)
    old = (period - 1) / period
    new = 1.0 - old

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, count, up, down = state or (None, 0, 0.0, 0.0)
        close = recent.close
        inner, made = push(inner, close[-_SPREAD:])
        if recent.bar < _SPREAD - 1:
            return (inner, 0, 0.0, 0.0), 0.0
        spread = sqrt(made)
        rise = spread if close[-1] > close[-2] else 0.0
        fall = spread if close[-1] < close[-2] else 0.0
        if count == period:
            up, down = new * rise + old * up, new * fall + old * down
        else:
            count, up, down = count + 1, up + rise, down + fall
            if count == period:
                up, down = up / period, down / period
        total = up + down
        return (inner, count, up, down), 100.0 * (up / total) if total else 50.0

    return step


INDICATORS = declare(
    "rvi",
    "volatility",
    ["rvi_{period}"],
    ["close"],
    relative_volatility,
    stepper=relative_volatility_stepper,
    warm_up=lambda period: _SPREAD - 1 + period - 1,
    unit="percent",
    formula="100 u / (u + d); u, d = Wilder mean(std_10 where close rises, falls; {period})",
    source="TA-Lib RVI",
    aliases=["relative_volatility"],
    over=periods(14),
)
