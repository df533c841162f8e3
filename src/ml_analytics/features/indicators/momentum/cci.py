"""Commodity Channel Index (Lambert 1980)."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def cci(high: Array, low: Array, close: Array, period: int) -> Array:
    """Typical price from its mean, in 0.015 mean deviations; 0 where nothing moves. Not bounded."""
    return talib.CCI(high, low, close, timeperiod=period)


INDICATORS = declare(
    "cci",
    "momentum",
    ["cci_{period}"],
    ["high", "low", "close"],
    cci,
    warm_up=lambda period: period - 1,
    unit="percent",
    formula="(typical - mean(typical, {period})) / (0.015 * mean deviation)",
    source="TA-Lib CCI",
    over=periods(20),
)
