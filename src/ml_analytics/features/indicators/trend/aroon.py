"""Aroon: how long ago the highest high and the lowest low were (Chande 1995)."""

from __future__ import annotations

from collections.abc import Callable

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.extremes import highest, lowest

PERIODS = periods(14, 25)


def aroon(high: Array, low: Array, period: int) -> tuple[Array, ...]:
    """Return down and up: 100 where the extreme is at this bar, 0 where it is ``period`` bars ago."""
    down, up = ta.AROON(high, low, timeperiod=period)
    return down, up


def aroon_oscillator(high: Array, low: Array, period: int) -> Array:
    """Up less down, -100 to 100."""
    return ta.AROONOSC(high, low, timeperiod=period)


def aroon_stepper(period: int) -> Step:
    """Return the step of :func:`aroon`."""
    push, factor = _latest(period), 100.0 / period

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        state, top, bottom = push(state, recent)
        start = period - recent.bar
        return state, (factor * (start + bottom), factor * (start + top))

    return step


def aroon_oscillator_stepper(period: int) -> Step:
    """Return the step of :func:`aroon_oscillator`."""
    push, factor = _latest(period), 100.0 / period

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, top, bottom = push(state, recent)
        return state, factor * (top - bottom)

    return step


def _latest(period: int) -> Callable[[State, Recent], tuple[State, int, int]]:
    """What gives the numbers of the bars of the highest high and the lowest low."""
    push_high, push_low = highest(period + 1), lowest(period + 1)

    def push(state: State, recent: Recent) -> tuple[State, int, int]:
        top, bottom = state or (None, None)
        top = push_high(top, recent.high, recent.bar)
        bottom = push_low(bottom, recent.low, recent.bar)
        return (top, bottom), top[1], bottom[1]

    return push


INDICATORS = (
    *declare(
        "aroon",
        "trend",
        ["aroon_down_{period}", "aroon_up_{period}"],
        ["high", "low"],
        aroon,
        stepper=aroon_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * ({period} - bars since the lowest low) / {period}; up: since the highest high",
        source="TA-Lib AROON",
        over=PERIODS,
    ),
    *declare(
        "aroon_osc",
        "trend",
        ["aroon_osc_{period}"],
        ["high", "low"],
        aroon_oscillator,
        stepper=aroon_oscillator_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="aroon_up_{period} - aroon_down_{period}",
        source="TA-Lib AROONOSC",
        over=PERIODS,
    ),
)
