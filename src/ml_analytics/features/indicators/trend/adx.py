"""Average Directional Index with its two directional indicators (Wilder 1978)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.directional import average_index, directional, share
from ...stepping.standstill import LENGTHS, hold, long_standstills
from .directional_movement import average_of_dx


def adx(high: Array, low: Array, close: Array, period: int) -> Array:
    """Strength of the trend, whichever way, 0 to 100; where nothing moves the last one, at first 0.

    TA-Lib's, but that a standstill of 400 periods and more leaves it as it is: see :mod:`...stepping.standstill`.
    """
    return average_of_dx(high, low, close, period)


def plus_di(high: Array, low: Array, close: Array, period: int) -> Array:
    """Upward movement as a percentage of the true range; a very long standstill is treated as in :func:`adx`."""
    stretches = long_standstills(high, low, close, LENGTHS * period)
    return hold(ta.PLUS_DI(high, low, close, timeperiod=period), stretches)


def minus_di(high: Array, low: Array, close: Array, period: int) -> Array:
    """Downward movement as a percentage of the true range; a very long standstill is treated as in :func:`adx`."""
    stretches = long_standstills(high, low, close, LENGTHS * period)
    return hold(ta.MINUS_DI(high, low, close, timeperiod=period), stretches)


def adx_stepper(period: int) -> Step:
    """Return the step of :func:`adx`."""
    return average_index(period)


def plus_di_stepper(period: int) -> Step:
    """Return the step of :func:`plus_di`."""
    push = directional(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, (plus, _, ranges) = push(state, recent)
        return state, share(plus, ranges)

    return step


def minus_di_stepper(period: int) -> Step:
    """Return the step of :func:`minus_di`."""
    push = directional(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, (_, minus, ranges) = push(state, recent)
        return state, share(minus, ranges)

    return step


_INPUTS = ("high", "low", "close")
INDICATORS = (
    *declare(
        "adx",
        "trend",
        ["adx_{period}"],
        _INPUTS,
        adx,
        stepper=adx_stepper,
        warm_up=lambda period: 2 * period - 1,
        unit="percent",
        formula="Wilder mean over {period} of 100 * |+DI - -DI| / (+DI + -DI)",
        source="TA-Lib ADX; held in very long standstills: own",
        over=periods(14),
    ),
    *declare(
        "adx",
        "trend",
        ["plus_di_{period}"],
        _INPUTS,
        plus_di,
        stepper=plus_di_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * Wilder sum(+DM, {period}) / Wilder sum(true range, {period})",
        source="TA-Lib PLUS_DI; held in very long standstills: own",
        over=periods(14),
    ),
    *declare(
        "adx",
        "trend",
        ["minus_di_{period}"],
        _INPUTS,
        minus_di,
        stepper=minus_di_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * Wilder sum(-DM, {period}) / Wilder sum(true range, {period})",
        source="TA-Lib MINUS_DI; held in very long standstills: own",
        over=periods(14),
    ),
)
