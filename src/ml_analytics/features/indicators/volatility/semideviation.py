"""Volatility of falls and of rises apart (semi-deviation about zero)."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ...indicator import Array, declare, periods
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log_return as newest_return
from ...stepping.sums import positive_sum, windowed_sum


def semideviation(close: Array, period: int) -> tuple[Array, ...]:
    """Return the downside and the upside deviation of log returns about zero, per bar, divisor ``period``.

    Squared, both add up to the mean squared return. 0 where nothing fell, or rose.
    """
    move = log_return(close, 1)
    fall, rise = np.minimum(move, 0.0), np.maximum(move, 0.0)
    return (
        np.sqrt(windowed_sum(fall * fall, period) / period),
        np.sqrt(windowed_sum(rise * rise, period) / period),
    )


def semideviation_stepper(period: int) -> Step:
    """Return the step of :func:`semideviation`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        of_falls, of_rises = state or (None, None)
        move = newest_return(recent)  # NaN at the first bar, and NaN first in min and max stays NaN
        fall, rise = min(move, 0.0), max(move, 0.0)
        of_falls, falls = push(of_falls, fall * fall)
        of_rises, rises = push(of_rises, rise * rise)
        return (of_falls, of_rises), (sqrt(falls / period), sqrt(rises / period))

    return step


INDICATORS = declare(
    "semideviation",
    "volatility",
    ["downside_deviation_{period}", "upside_deviation_{period}"],
    ["close"],
    semideviation,
    stepper=semideviation_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="sqrt(mean(min(r, 0)², {period})); sqrt(mean(max(r, 0)², {period})); r = log_return_1",
    source="Markowitz 1959, Sortino and Price 1994; own, TA-Lib has none",
    over=periods(20),
)
