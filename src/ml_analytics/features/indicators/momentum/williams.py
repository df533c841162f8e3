"""Williams %R: the stochastic seen from above."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def williams_r(high: Array, low: Array, close: Array, period: int) -> Array:
    """Distance of the close from the highest high, -100 to 0; 0 where the range is empty."""
    return talib.WILLR(high, low, close, timeperiod=period)


INDICATORS = declare(
    "willr",
    "momentum",
    ["willr_{period}"],
    ["high", "low", "close"],
    williams_r,
    warm_up=lambda period: period - 1,
    unit="percent",
    formula="-100 * (high_n - close) / (high_n - low_n), n = {period}",
    source="TA-Lib WILLR",
    aliases=["williams_r", "williams"],
    over=periods(14),
)
