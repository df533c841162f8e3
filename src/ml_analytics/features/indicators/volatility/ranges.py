"""The ranges of bars: their average, and whether they widen."""

from __future__ import annotations

from math import nan

from ... import stepping, ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.standstill import FADED, LENGTHS, hold, standstills


def average_range(high: Array, low: Array, period: int) -> Array:
    """Mean of high - low."""
    return ta.ADR(high, low, timeperiod=period)


def chaikin_volatility(high: Array, low: Array, period: int) -> Array:
    """Percentage by which the averaged range changed over ten bars; 0 where there was no range.

    So it is where the range before was less than 1e-100 of the new one. Otherwise TA-Lib's, but that 200 times
    the period and more of bars without a range leave it as it is: see :mod:`...stepping.standstill`.
    """
    change = ta.CVI(high, low, timeperiod=period)
    change[change > _MOST] = 0.0
    ranges = high != low
    ranges[:1] = True
    return hold(change, standstills(ranges, LENGTHS * (period + 1) // 2))


_CHANGE = 10
_MOST = 1e100
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
        reach = recent.high[-1] - recent.low[-1]
        inner, mean = average(inner, reach)
        if recent.bar < period - 1:
            return (inner, ()), nan
        before = earlier[0] if len(earlier) == _CHANGE else 0.0
        change = 100.0 * ((mean - before) / before) if before else 0.0
        if change > _MOST:
            change = 0.0
        if reach == 0.0 < mean < FADED * recent.close[-1] and before:
            return state, change
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
        source="TA-Lib CVI; held in very long standstills: own",
        aliases=["chaikin_volatility"],
        over=periods(10),
    ),
)
