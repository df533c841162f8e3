"""Trailing stops some true ranges from the last extremes: Le Beau's chandelier, Chande's and Kroll's (1994)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.delay import window
from ...stepping.extremes import highest, lowest
from ...stepping.kinds import PairStep
from ...stepping.true_range import average_true_range


def chandelier(high: Array, low: Array, close: Array, period: int, ranges: float) -> tuple[Array, ...]:
    """Return the stop of who is long, below the highest high, and of who is short, above the lowest low."""
    away = ranges * ta.ATR(high, low, close, timeperiod=period)
    return ta.MAX(high, timeperiod=period) - away, ta.MIN(low, timeperiod=period) + away


def chande_kroll(
    high: Array, low: Array, close: Array, period: int, ranges: float, stop: int
) -> tuple[Array, ...]:
    """Return the highest of the last stops below and the lowest of those above."""
    below, above = chandelier(high, low, close, period, ranges)
    return ta.MAX(below, timeperiod=stop), ta.MIN(above, timeperiod=stop)


def chandelier_stepper(period: int, ranges: float) -> PairStep:
    """Return the step of :func:`chandelier`."""
    push_high, push_low, push_range = highest(period), lowest(period), average_true_range(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        top, bottom, of_range = state or (None, None, None)
        top, bottom = push_high(top, recent.high, recent.bar), push_low(bottom, recent.low, recent.bar)
        of_range, mean = push_range(of_range, recent)
        return (top, bottom, of_range), (top[0] - ranges * mean, bottom[0] + ranges * mean)

    return step


def chande_kroll_stepper(period: int, ranges: float, stop: int) -> Step:
    """Return the step of :func:`chande_kroll`."""
    push, keep = chandelier_stepper(period, ranges), window(stop)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        inner, longs, shorts = state or (None, (), ())
        inner, (long, short) = push(inner, recent)
        if recent.bar >= period:
            longs, shorts = keep(longs, long), keep(shorts, short)
            long, short = max(longs), min(shorts)
        return (inner, longs, shorts), (long, short)

    return step


INDICATORS = (
    *declare(
        "chandelier",
        "trend",
        ["chandelier_long_{period}", "chandelier_short_{period}"],
        ["high", "low", "close"],
        chandelier,
        stepper=chandelier_stepper,
        warm_up=lambda period, ranges: period,
        unit="price",
        formula="max(high, {period}) - {ranges} * atr({period}); min(low, {period}) + {ranges} * atr({period})",
        source="TA-Lib MAX, MIN and ATR; Le Beau after Elder 2002",
        aliases=["chandelier_exit"],
        over=[{"period": 22, "ranges": 3.0}],
        optional=True,
    ),
    *declare(
        "chande_kroll",
        "trend",
        ["chande_kroll_long_{period}_{stop}", "chande_kroll_short_{period}_{stop}"],
        ["high", "low", "close"],
        chande_kroll,
        stepper=chande_kroll_stepper,
        warm_up=lambda period, ranges, stop: period + stop - 1,
        unit="price",
        formula="max(max(high, {period}) - {ranges} * atr({period}), {stop}); "
        "min(min(low, {period}) + {ranges} * atr({period}), {stop})",
        source="TA-Lib MAX, MIN and ATR; Chande and Kroll 1994",
        aliases=["cksp"],
        over=[{"period": 10, "ranges": 3.0, "stop": 20}],
        optional=True,
    ),
)
