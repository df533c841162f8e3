"""The straight line through the last closes: its end, its slope, and where it points."""

from __future__ import annotations

from math import atan, pi

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep
from ...stepping.regression import regression


def linearreg(close: Array, period: int) -> Array:
    """Where the line by least squares through the last closes ends: at this bar."""
    return ta.LINEARREG(close, timeperiod=period)


def linearreg_slope(close: Array, period: int) -> Array:
    """How much the line rises in a bar."""
    return ta.LINEARREG_SLOPE(close, timeperiod=period)


def linearreg_angle(close: Array, period: int) -> Array:
    """The slope as an angle in degrees, one unit of price drawn as wide as one bar."""
    return ta.LINEARREG_ANGLE(close, timeperiod=period)


def tsf(close: Array, period: int) -> Array:
    """Time series forecast: where the line will be at the next bar."""
    return ta.TSF(close, timeperiod=period)


def linearreg_intercept(close: Array, period: int) -> Array:
    """Where the line begins: at the oldest bar of the window."""
    return ta.LINEARREG_INTERCEPT(close, timeperiod=period)


def linearreg_stepper(period: int) -> ValueStep:
    """Return the step of :func:`linearreg`."""
    return _line(period, period - 1)


def linearreg_intercept_stepper(period: int) -> ValueStep:
    """Return the step of :func:`linearreg_intercept`."""
    return _line(period, 0)


def tsf_stepper(period: int) -> ValueStep:
    """Return the step of :func:`tsf`."""
    return _line(period, period)


def linearreg_slope_stepper(period: int) -> ValueStep:
    """Return the step of :func:`linearreg_slope`."""
    push = regression(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, slope, _ = push(state, recent.close)
        return state, slope

    return step


def linearreg_angle_stepper(period: int) -> ValueStep:
    """Return the step of :func:`linearreg_angle`."""
    push = regression(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, slope, _ = push(state, recent.close)
        return state, atan(slope) * (180.0 / pi)

    return step


def _line(period: int, place: int) -> ValueStep:
    push, steps = regression(period), float(place)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, slope, begin = push(state, recent.close)
        return state, begin + slope * steps

    return step


INDICATORS = (
    *declare(
        "linearreg",
        "trend",
        ["linearreg_{period}"],
        ["close"],
        linearreg,
        stepper=linearreg_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="line by least squares through the last {period} closes, at t",
        source="TA-Lib LINEARREG",
        aliases=["lsma"],
        over=periods(14),
    ),
    *declare(
        "linearreg_slope",
        "trend",
        ["linearreg_slope_{period}"],
        ["close"],
        linearreg_slope,
        stepper=linearreg_slope_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="slope per bar of the line by least squares through the last {period} closes",
        source="TA-Lib LINEARREG_SLOPE",
        over=periods(14),
    ),
    *declare(
        "linearreg_angle",
        "trend",
        ["linearreg_angle_{period}"],
        ["close"],
        linearreg_angle,
        stepper=linearreg_angle_stepper,
        warm_up=lambda period: period - 1,
        unit="degrees",
        formula="arctan(linearreg_slope_{period}) in degrees",
        source="TA-Lib LINEARREG_ANGLE",
        over=periods(14),
    ),
    *declare(
        "tsf",
        "trend",
        ["tsf_{period}"],
        ["close"],
        tsf,
        stepper=tsf_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="line by least squares through the last {period} closes, at t + 1",
        source="TA-Lib TSF",
        aliases=["forecast"],
        over=periods(14),
    ),
    *declare(
        "linearreg_intercept",
        "trend",
        ["linearreg_intercept_{period}"],
        ["close"],
        linearreg_intercept,
        stepper=linearreg_intercept_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="least-squares line through {period} closes, at the oldest bar",
        source="TA-Lib LINEARREG_INTERCEPT",
        over=periods(14),
        optional=True,
    ),
)
