"""The ranges of bars: their average, and whether they widen."""

from __future__ import annotations

from math import nan

from ... import stepping, ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step


def average_range(high: Array, low: Array, period: int) -> Array:
    """Mean of high - low."""
    return ta.ADR(high, low, timeperiod=period)


def chaikin_volatility(high: Array, low: Array, period: int) -> Array:
    """Percentage by which the averaged range changed over ten bars; 0 where there was no range."""
    return ta.CVI(high, low, timeperiod=period)


_CHANGE = 10
_NOTHING: State = (None, ())


def average_range_stepper(period: int) -> Step:
    """Return the step of :func:`average_range`."""
    push = stepping.sma(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        old = -min(period, recent.bar + 1)
        return push(state, recent.high[-1] - recent.low[-1], recent.high[old] - recent.low[old])

    return step


def chaikin_volatility_stepper(period: int) -> Step:
    """Return the step of :func:`chaikin_volatility`."""
    average = stepping.ema(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, earlier = state or _NOTHING
        inner, mean = average(inner, recent.high[-1] - recent.low[-1])
        if recent.bar < period - 1:
            return (inner, ()), nan
        before = earlier[0] if len(earlier) == _CHANGE else 0.0
        change = 100.0 * ((mean - before) / before) if before else 0.0
        return (inner, (*earlier[-_CHANGE + 1 :], mean)), change

    return step


INDICATORS = (
    *declare(
        "adr",
        "volatility",
        ["adr_{period}"],
        ["high", "low"],
        average_range,
        stepper=average_range_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="mean(high - low, {period})",
        source="TA-Lib ADR",
        aliases=["average_range"],
        over=periods(14),
    ),
    *declare(
        "cvi",
        "volatility",
        ["cvi_{period}"],
        ["high", "low"],
        chaikin_volatility,
        stepper=chaikin_volatility_stepper,
        warm_up=lambda period: period - 1 + _CHANGE,
        unit="percent",
        formula="100 (e[t] - e[t-10]) / e[t-10], e = ema(high - low, {period})",
        source="TA-Lib CVI",
        aliases=["chaikin_volatility"],
        over=periods(10),
    ),
)
