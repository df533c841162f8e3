"""Standard deviation of the close, and of its log returns."""

from __future__ import annotations

from math import sqrt

from ... import ta
from ...indicator import Array, declare, periods
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.kinds import ValueStep
from ...stepping.logarithm import log_return as newest_return
from ...stepping.variance import variance


def standard_deviation(close: Array, period: int) -> Array:
    """Population standard deviation of the close."""
    return ta.STDDEV(close, timeperiod=period)


def volatility(close: Array, period: int) -> Array:
    """Population standard deviation of one-bar log returns, per bar (not annualised)."""
    return ta.STDDEV(log_return(close, 1), timeperiod=period)


def standard_deviation_stepper(period: int) -> Step:
    """Return the step of :func:`standard_deviation`."""
    push = variance(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, made = push(state, recent.close[-period:])
        return state, sqrt(made)

    return step


def volatility_stepper(period: int) -> ValueStep:
    """Return the step of :func:`volatility`."""
    push = variance(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return (None, ()), 0.0
        inner, window = state
        window = (*window[-period + 1 :], newest_return(recent))
        inner, made = push(inner, window)
        return (inner, window), sqrt(made)

    return step


INDICATORS = (
    *declare(
        "std",
        "volatility",
        ["std_{period}"],
        ["close"],
        standard_deviation,
        stepper=standard_deviation_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="standard deviation(close, {period}), divisor {period}",
        source="TA-Lib STDDEV",
        over=periods(10, 20, 50),
    ),
    *declare(
        "volatility",
        "volatility",
        ["volatility_{period}"],
        ["close"],
        volatility,
        stepper=volatility_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="standard deviation(log_return_1, {period}), divisor {period}",
        source="TA-Lib STDDEV of log returns",
        over=periods(5, 10, 20, 50),
    ),
)
