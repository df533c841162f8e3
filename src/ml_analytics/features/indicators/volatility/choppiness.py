"""Choppiness index: the way gone in true ranges against the range it covered (Dreiss 1993)."""

from __future__ import annotations

from math import log

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.extremes import highest, lowest
from ...stepping.standstill import STILL
from ...stepping.sums import positive_sum, windowed_sum
from ...stepping.true_range import true_range

_NEUTRAL = 50.0


def choppiness(high: Array, low: Array, close: Array, period: int) -> Array:
    """100 where the price went to and fro and got nowhere, 0 where it went straight; 50 where nothing moved."""
    way = windowed_sum(ta.TRANGE(high, low, close), period)
    reach = ta.MAX(high, timeperiod=period) - ta.MIN(low, timeperiod=period)
    still = reach <= STILL * close
    made = np.log(np.where(still, 1.0, way) / np.where(still, 1.0, reach)) * (100.0 / log(period))
    return np.where(np.isnan(way), np.nan, np.where(still, _NEUTRAL, made))


def choppiness_stepper(period: int) -> Step:
    """Return the step of :func:`choppiness`."""
    push, push_high, push_low = positive_sum(period), highest(period), lowest(period)
    unit = 100.0 / log(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_way, top, bottom = state or (None, None, None)
        top, bottom = push_high(top, recent.high, recent.bar), push_low(bottom, recent.low, recent.bar)
        if recent.bar == 0:
            return (None, top, bottom), _NEUTRAL
        of_way, way = push(of_way, true_range(recent))
        reach = top[0] - bottom[0]
        if recent.bar < period or reach <= STILL * recent.close[-1]:
            return (of_way, top, bottom), _NEUTRAL
        return (of_way, top, bottom), log(way / reach) * unit

    return step


INDICATORS = declare(
    "chop",
    "volatility",
    ["chop_{period}"],
    ["high", "low", "close"],
    choppiness,
    stepper=choppiness_stepper,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * ln(sum(true range, {period}) / (max(high, {period}) - min(low, {period}))) / ln({period})",
    source="Dreiss 1993; TA-Lib TRANGE, MAX and MIN, the rest own",
    aliases=["choppiness"],
    over=periods(14),
    optional=True,
)
