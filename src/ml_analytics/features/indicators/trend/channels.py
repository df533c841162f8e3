"""The range of the last bars: Donchian's channel of highs and lows, and the middle of the closes."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.extremes import highest, lowest, middle
from ...stepping.kinds import BandsStep


def donchian(high: Array, low: Array, period: int) -> tuple[Array, ...]:
    """Return the highest high, the middle and the lowest low of the last bars."""
    upper, between, lower = ta.DONCHIAN(high, low, timeperiod=period)
    return upper, between, lower


def midpoint_of_close(close: Array, period: int) -> Array:
    """Return the middle between the highest and the lowest of the last closes."""
    return ta.MIDPOINT(close, timeperiod=period)


def donchian_stepper(period: int) -> BandsStep:
    """Return the step of :func:`donchian`."""
    push_high, push_low = highest(period), lowest(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        top, bottom = state or (None, None)
        top = push_high(top, recent.high, recent.bar)
        bottom = push_low(bottom, recent.low, recent.bar)
        upper, lower = top[0], bottom[0]
        return (top, bottom), (upper, (upper + lower) / 2.0, lower)

    return step


def midpoint_of_close_stepper(period: int) -> Step:
    """Return the step of :func:`midpoint_of_close`."""
    push = middle(period)
    return lambda state, recent: push(state, recent.close, recent.close, recent.bar)


INDICATORS = (
    *declare(
        "donchian",
        "trend",
        ["donchian_upper_{period}", "donchian_middle_{period}", "donchian_lower_{period}"],
        ["high", "low"],
        donchian,
        stepper=donchian_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="upper = max(high, {period}); lower = min(low, {period}); middle = (upper + lower) / 2",
        source="TA-Lib DONCHIAN",
        over=periods(20, 55),
    ),
    *declare(
        "midpoint",
        "trend",
        ["midpoint_{period}"],
        ["close"],
        midpoint_of_close,
        stepper=midpoint_of_close_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="(max(close, {period}) + min(close, {period})) / 2",
        source="TA-Lib MIDPOINT",
        over=periods(14),
    ),
)
