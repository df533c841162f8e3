"""Share of bars whose price did not change: trading was not worth its cost (Lesmond and others 1999)."""

from __future__ import annotations

from math import nan

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.sums import positive_sum, windowed_sum


def zero_return_share(close: Array, period: int) -> Array:
    """Share of bars that closed where the bar before did, 0 to 1; 1 where nothing moved."""
    still = np.full_like(close, nan)
    still[1:] = close[1:] == close[:-1]
    return windowed_sum(still, period) / period


def zero_return_share_stepper(period: int) -> Step:
    """Return the step of :func:`zero_return_share`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        still = float(recent.close[-1] == recent.close[-2]) if recent.bar else nan
        state, total = push(state, still)
        return state, total / period

    return step


INDICATORS = declare(
    "zero_return_share",
    "microstructure",
    ["zero_return_share_{period}"],
    ["close"],
    zero_return_share,
    stepper=zero_return_share_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="count(close[t] = close[t-1], {period}) / {period}",
    source="Lesmond, Ogden and Trzcinka 1999; own, TA-Lib has none",
    aliases=["zero_returns"],
    over=periods(20),
)
