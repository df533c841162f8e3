"""How far below its high and above its low the close is, and how long ago these were."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.extremes import highest, lowest
from ...stepping.kinds import ValueStep

PERIODS = periods(20, 50, 200)


def drawdown(high: Array, close: Array, period: int) -> Array:
    """Close over the highest high of the last bars, less 1: 0 or below."""
    return close / ta.MAX(high, timeperiod=period) - 1


def runup(low: Array, close: Array, period: int) -> Array:
    """Close over the lowest low of the last bars, less 1: 0 or above."""
    return close / ta.MIN(low, timeperiod=period) - 1


def since_extremes(high: Array, low: Array, period: int) -> tuple[Array, ...]:
    """How long ago the highest high and the lowest low were: 0 at this bar, 1 ``period`` bars ago."""
    down, up = ta.AROON(high, low, timeperiod=period)
    return 1 - up / 100, 1 - down / 100


def drawdown_stepper(period: int) -> ValueStep:
    """Return the step of :func:`drawdown`."""
    push = highest(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        top = push(state, recent.high, recent.bar)
        return top, recent.close[-1] / top[0] - 1.0

    return step


def runup_stepper(period: int) -> ValueStep:
    """Return the step of :func:`runup`."""
    push = lowest(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        bottom = push(state, recent.low, recent.bar)
        return bottom, recent.close[-1] / bottom[0] - 1.0

    return step


def since_extremes_stepper(period: int) -> Step:
    """Return the step of :func:`since_extremes`."""
    push_high, push_low = highest(period + 1), lowest(period + 1)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        top, bottom = state or (None, None)
        top = push_high(top, recent.high, recent.bar)
        bottom = push_low(bottom, recent.low, recent.bar)
        return (top, bottom), ((recent.bar - top[1]) / period, (recent.bar - bottom[1]) / period)

    return step


INDICATORS = (
    *declare(
        "drawdown",
        "relative",
        ["drawdown_{period}"],
        ["high", "close"],
        drawdown,
        stepper=drawdown_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / max(high, {period}) - 1",
        source="TA-Lib MAX, a division of ours",
        over=PERIODS,
    ),
    *declare(
        "runup",
        "relative",
        ["runup_{period}"],
        ["low", "close"],
        runup,
        stepper=runup_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / min(low, {period}) - 1",
        source="TA-Lib MIN, a division of ours",
        over=PERIODS,
    ),
    *declare(
        "since_extremes",
        "relative",
        ["since_high_{period}", "since_low_{period}"],
        ["high", "low"],
        since_extremes,
        stepper=since_extremes_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="bars since the highest high (the lowest low) of the last {period} + 1 bars, over {period}",
        source="TA-Lib AROON, in fractions and turned round",
        over=periods(50, 200),
    ),
)
