"""Psychological line: how many of the last bars closed higher than the bar before."""

from __future__ import annotations

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.sums import positive_sum, windowed_sum


def psychological_line(close: Array, period: int) -> Array:
    """Rising bars among the last ones, in percent."""
    rose = np.full(len(close), np.nan)
    rose[1:] = close[1:] > close[:-1]
    return 100.0 * windowed_sum(rose, period) / period


def psychological_line_stepper(period: int) -> Step:
    """Return the step of :func:`psychological_line`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return None, 0.0
        state, count = push(state, float(recent.close[-1] > recent.close[-2]))
        return state, 100.0 * count / period

    return step


INDICATORS = declare(
    "psl",
    "momentum",
    ["psl_{period}"],
    ["close"],
    psychological_line,
    stepper=psychological_line_stepper,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * count(close[t] > close[t-1], {period}) / {period}",
    source="common practice in Japan; own, TA-Lib has none",
    aliases=["psychological_line"],
    over=periods(12),
    optional=True,
)
