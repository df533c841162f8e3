"""TRIX: how fast a triple exponential average moves (Hutson 1983)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step, ema


def trix(close: Array, period: int) -> Array:
    """Change of the exponential average of the average of the average, in percent."""
    return ta.TRIX(close, timeperiod=period)


def trix_stepper(period: int) -> Step:
    """Return the step of :func:`trix`."""
    push, first, second, third = ema(period), period - 1, 2 * (period - 1), 3 * (period - 1)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        one, two, three, before = state or (None, None, None, nan)
        one, value = push(one, recent.close[-1])
        if recent.bar >= first:
            two, value = push(two, value)
        if recent.bar >= second:
            three, value = push(three, value)
        if recent.bar <= third:
            return (one, two, three, value), nan
        return (one, two, three, value), (value / before - 1.0) * 100.0

    return step


INDICATORS = declare(
    "trix",
    "trend",
    ["trix_{period}"],
    ["close"],
    trix,
    stepper=trix_stepper,
    warm_up=lambda period: 3 * (period - 1) + 1,
    unit="percent",
    formula="100 * (e[t] / e[t-1] - 1), e = ema(ema(ema(close))), period {period}",
    source="TA-Lib TRIX",
    over=periods(15),
)
