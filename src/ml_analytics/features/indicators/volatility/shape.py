"""Skewness and excess kurtosis of a window: of the close, and of its log returns."""

from __future__ import annotations

import numpy as np

from ...indicator import Array, declare, periods
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.delay import window
from ...stepping.logarithm import log_return as newest_return
from ...stepping.standstill import STILL

_STILL_RETURNS = 1e-9
"""Returns that spread by less than this are the rounding of logarithms."""


def shape(close: Array, period: int) -> tuple[Array, ...]:
    """Return skewness and excess kurtosis of the last closes, without bias; 0 where they stood still."""
    from ...stepping import recursions  # numba: a quarter of a second

    skew, excess = recursions.shapes(close, period, STILL * close)
    return skew, excess


def return_shape(close: Array, period: int) -> tuple[Array, ...]:
    """Return skewness and excess kurtosis of the last log returns, without bias; 0 where nothing moved."""
    from ...stepping import recursions

    skew, excess = recursions.shapes(log_return(close, 1), period, np.full(len(close), _STILL_RETURNS))
    return skew, excess


def shape_stepper(period: int) -> Step:
    """Return the step of :func:`shape`."""
    from ...stepping import recursions

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        close = recent.close
        if recent.bar < period - 1:
            return None, (0.0, 0.0)
        skew, excess = recursions.shape.py_func(close, len(close) - period, len(close), STILL * close[-1])
        return None, (skew, excess)

    return step


def return_shape_stepper(period: int) -> Step:
    """Return the step of :func:`return_shape`."""
    from ...stepping import recursions

    keep = window(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        if recent.bar == 0:
            return (), (0.0, 0.0)
        state = keep(state, newest_return(recent))
        if recent.bar < period:
            return state, (0.0, 0.0)
        skew, excess = recursions.shape.py_func(state, 0, period, _STILL_RETURNS)
        return state, (skew, excess)

    return step


_FORMULA = (
    "skew = g * m3 / m2^1.5, g = sqrt(n (n - 1)) / (n - 2); kurtosis = (n - 1) / ((n - 2) (n - 3)) * "
    "((n + 1) * m4 / m2² - 3 (n - 1)); m: central moments of {of}, n = {{period}}"
)
_SOURCE = "Joanes and Gill 1998; own, TA-Lib has none"

INDICATORS = (
    *declare(
        "shape",
        "volatility",
        ["skew_{period}", "kurtosis_{period}"],
        ["close"],
        shape,
        stepper=shape_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula=_FORMULA.format(of="the close"),
        source=_SOURCE,
        aliases=["skew", "kurtosis"],
        least=4,
        over=periods(30),
        optional=True,
    ),
    *declare(
        "return_shape",
        "volatility",
        ["return_skew_{period}", "return_kurtosis_{period}"],
        ["close"],
        return_shape,
        stepper=return_shape_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula=_FORMULA.format(of="log_return_1"),
        source=_SOURCE,
        aliases=["return_skew", "return_kurtosis"],
        least=4,
        over=periods(50),
        optional=True,
    ),
)
