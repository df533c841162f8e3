"""Correlation trend indicator: how straight a line the closes drew (Ehlers 2020)."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step
from ...stepping.regression import regression
from ...stepping.standstill import STILL
from ...stepping.variance import variance


def correlation_trend(close: Array, period: int) -> Array:
    """Correlation of the last closes with time, -1 to 1; 0 where they stood still."""
    rise = ta.LINEARREG_SLOPE(close, timeperiod=period) * _spread_of_time(period)
    spread = ta.STDDEV(close, timeperiod=period)
    return np.clip(ratio(rise / close, spread / close, neutral=0.0, floor=STILL), -1.0, 1.0)


def _spread_of_time(period: int) -> float:
    return sqrt((period * period - 1.0) / 12.0)


def correlation_trend_stepper(period: int) -> Step:
    """Return the step of :func:`correlation_trend`."""
    push_line, push_spread, unit = regression(period), variance(period), _spread_of_time(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_line, of_spread = state or (None, None)
        close = recent.close
        of_line, slope, _ = push_line(of_line, close)
        of_spread, made = push_spread(of_spread, close[-period:])
        spread = sqrt(made) / close[-1]
        value = 0.0 if spread <= STILL else slope * unit / close[-1] / spread
        return (of_line, of_spread), min(max(value, -1.0), 1.0)

    return step


INDICATORS = declare(
    "cti",
    "momentum",
    ["cti_{period}"],
    ["close"],
    correlation_trend,
    stepper=correlation_trend_stepper,
    warm_up=lambda period: period - 1,
    unit="fraction",
    formula="correlation(close, t) over {period}",
    source="Ehlers 2020; TA-Lib LINEARREG_SLOPE and STDDEV, a division of ours",
    aliases=["correlation_trend"],
    over=periods(12),
    optional=True,
)
