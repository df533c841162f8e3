"""Fisher's transform of the place of the price in its range: turns stand out (Ehlers 2002)."""

from __future__ import annotations

from math import log

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step
from ...stepping.delay import window
from ..warm_up import blank

_STILL = 1e-12
"""A range below this share of the price is rounding: the price is in its middle."""


def fisher(high: Array, low: Array, period: int) -> tuple[Array, ...]:
    """Return the transform and its value of the bar before."""
    from ...stepping import recursions  # numba: a quarter of a second

    middle = (high + low) / 2.0
    lowest = ta.MIN(middle, timeperiod=period)
    reach = (ta.MAX(middle, timeperiod=period) - lowest) / middle
    made = recursions.fisher(ratio((middle - lowest) / middle, reach, 0.5, _STILL) - 0.5, period - 1)
    before = np.full(len(made), np.nan)
    before[1:] = made[:-1]
    return blank((made, before), period)


def fisher_stepper(period: int) -> Step:
    """Return the step of :func:`fisher`."""
    keep, first = window(period), period - 1

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        kept, smooth, before = state or ((), 0.0, 0.0)
        middle = (recent.high[-1] + recent.low[-1]) / 2.0
        kept = keep(kept, middle)
        if recent.bar < first:
            return (kept, smooth, before), (0.0, 0.0)
        lowest = min(kept)
        reach = (max(kept) - lowest) / middle
        place = ((middle - lowest) / middle / reach if reach > _STILL else 0.5) - 0.5
        smooth = 0.66 * place + 0.67 * smooth
        if abs(smooth) > 0.99:
            smooth = 0.999 if smooth > 0.0 else -0.999
        value = 0.5 * log((1.0 + smooth) / (1.0 - smooth)) + 0.5 * before
        return (kept, smooth, value), (value, before)

    return step


INDICATORS = declare(
    "fisher",
    "momentum",
    ["fisher_{period}", "fisher_signal_{period}"],
    ["high", "low"],
    fisher,
    stepper=fisher_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="0.5 * ln((1 + v) / (1 - v)) + 0.5 * fisher[t-1], v = 0.66 * (place - 0.5) + 0.67 * v[t-1], beyond 0.99 "
    "0.999, place of (high + low) / 2 in its range over {period}; signal = fisher[t-1]",
    source="Ehlers 2002, Stocks & Commodities 20; own, TA-Lib has none",
    over=periods(9),
    optional=True,
)
