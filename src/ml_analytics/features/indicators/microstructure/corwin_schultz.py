"""Spread from highs and lows of two bars (Corwin and Schultz 2012)."""

from __future__ import annotations

from math import sqrt

import numpy as np
import talib

from ...indicator import Array, declare, periods

_K = 3 - 2 * sqrt(2)


def corwin_schultz(high: Array, low: Array, period: int) -> Array:
    """Mean of the two-bar estimates as a fraction of the price; a negative estimate counts as 0.

    Without the paper's adjustment for moves between sessions: bars of one session have none.
    """
    one = np.log(high / low) ** 2
    spread = np.full_like(high, np.nan)
    beta = one[1:] + one[:-1]
    gamma = np.log(np.maximum(high[1:], high[:-1]) / np.minimum(low[1:], low[:-1])) ** 2
    alpha = (sqrt(2) - 1) * np.sqrt(beta) / _K - np.sqrt(gamma / _K)
    spread[1:] = np.maximum(2 * np.tanh(alpha / 2), 0.0)  # 2 (e^a - 1) / (1 + e^a), without overflow
    return np.maximum(talib.SMA(spread, timeperiod=period), 0.0)


INDICATORS = declare(
    "corwin_schultz",
    "microstructure",
    ["corwin_schultz_{period}"],
    ["high", "low"],
    corwin_schultz,
    warm_up=lambda period: period,
    unit="fraction",
    formula="mean(max(2 (e^a - 1) / (1 + e^a), 0), {period}), a from two-bar ranges",
    source="Corwin and Schultz 2012; own, TA-Lib has none",
    over=periods(20),
)
