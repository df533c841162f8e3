"""Spread from highs and lows of two bars (Corwin and Schultz 2012)."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log as newest_log
from ...stepping.sums import positive_sum, windowed_sum

_K = 3 - 2 * sqrt(2)
_SHARE = (sqrt(2) - 1) / _K


def corwin_schultz(high: Array, low: Array, period: int) -> Array:
    """Mean of the two-bar estimates as a fraction of the price; a negative estimate counts as 0.

    Without the paper's adjustment for moves between sessions: bars of one session have none.
    """
    one = np.log(high / low) ** 2
    spread = np.full_like(high, nan)
    beta = one[1:] + one[:-1]
    gamma = np.log(np.maximum(high[1:], high[:-1]) / np.minimum(low[1:], low[:-1])) ** 2
    alpha = _SHARE * np.sqrt(beta) - np.sqrt(gamma / _K)
    spread[1:] = np.maximum(2 * np.tanh(alpha / 2), 0.0)  # 2 (e^a - 1) / (1 + e^a), without overflow
    return windowed_sum(spread, period) / period


def corwin_schultz_stepper(period: int) -> Step:
    """Return the step of :func:`corwin_schultz`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, before = state or (None, nan)
        high, low = recent.high, recent.low
        one, spread = newest_log(high[-1] / low[-1]) ** 2, nan
        if recent.bar:
            gamma = newest_log(max(high[-1], high[-2]) / min(low[-1], low[-2])) ** 2
            alpha = _SHARE * sqrt(one + before) - sqrt(gamma / _K)
            spread = max(2 * float(np.tanh(alpha / 2)), 0.0)
        inner, total = push(inner, spread)
        return (inner, one), total / period

    return step


INDICATORS = declare(
    "corwin_schultz",
    "microstructure",
    ["corwin_schultz_{period}"],
    ["high", "low"],
    corwin_schultz,
    stepper=corwin_schultz_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="mean(max(2 (e^a - 1) / (1 + e^a), 0), {period}), a from two-bar ranges",
    source="Corwin and Schultz 2012; own, TA-Lib has none",
    over=periods(20),
)
