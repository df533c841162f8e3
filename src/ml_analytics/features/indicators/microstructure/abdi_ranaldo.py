"""Spread from closes beside the middles of the ranges (Abdi and Ranaldo 2017)."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log as newest_log
from ...stepping.sums import positive_sum, windowed_sum


def abdi_ranaldo(high: Array, low: Array, close: Array, period: int) -> Array:
    """Mean of the two-bar estimates as a fraction of the price; the root of a negative one counts as 0.

    The paper's version with each pair of bars set right, over pairs whose later bar is in the window.
    """
    spread = np.full_like(close, nan)
    before = close[:-1]
    own = np.log(before / high[:-1]) + np.log(before / low[:-1])
    after = np.log(before / high[1:]) + np.log(before / low[1:])
    spread[1:] = np.sqrt(np.maximum(own * after, 0.0))
    return windowed_sum(spread, period) / period


def abdi_ranaldo_stepper(period: int) -> Step:
    """Return the step of :func:`abdi_ranaldo`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, own = state or (None, nan)
        high, low, close = recent.high[-1], recent.low[-1], recent.close
        spread = nan
        if recent.bar:
            after = newest_log(close[-2] / high) + newest_log(close[-2] / low)
            spread = sqrt(max(own * after, 0.0))
        inner, total = push(inner, spread)
        return (inner, newest_log(close[-1] / high) + newest_log(close[-1] / low)), total / period

    return step


INDICATORS = declare(
    "abdi_ranaldo",
    "microstructure",
    ["abdi_ranaldo_{period}"],
    ["high", "low", "close"],
    abdi_ranaldo,
    stepper=abdi_ranaldo_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="mean(sqrt(max(4 (c[t-1] - m[t-1]) (c[t-1] - m[t]), 0)), {period}), "
    "c = ln close, m = (ln high + ln low) / 2",
    source="Abdi and Ranaldo 2017; own, TA-Lib has none",
    over=periods(20),
)
