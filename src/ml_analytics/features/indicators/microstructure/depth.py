"""Depth, as far as bars tell it: how much was traded for the range that prices went through."""

from __future__ import annotations

import numpy as np

from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log as newest_log
from ...stepping.sums import positive_sum, windowed_sum


def depth(high: Array, low: Array, volume: Array, period: int) -> Array:
    """Volume over the sum of log ranges: a hundredth of it moved the price by one percent.

    0 where no bar had a range: nothing tells the depth.
    """
    ranges = windowed_sum(np.abs(np.log(high / low)), period)
    return ratio(windowed_sum(volume, period), ranges, neutral=0.0)


def depth_stepper(period: int) -> Step:
    """Return the step of :func:`depth`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_range, of_volume = state or (None, None)
        of_range, ranges = push(of_range, abs(newest_log(recent.high[-1] / recent.low[-1])))
        of_volume, traded = push(of_volume, recent.volume[-1])
        return (of_range, of_volume), traded / ranges if ranges else 0.0

    return step


INDICATORS = declare(
    "depth",
    "microstructure",
    ["depth_{period}"],
    ["high", "low", "volume"],
    depth,
    stepper=depth_stepper,
    warm_up=lambda period: period - 1,
    unit="volume",
    formula="sum(volume, {period}) / sum(ln(high / low), {period})",
    source="own, after Kyle 1985 (depth is one over impact)",
    over=periods(20),
)
