"""Relative Strength Index (Wilder 1978)."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def rsi(close: Array, period: int) -> Array:
    """Gains as a percentage of gains and losses, Wilder-averaged; 0 where the close never moved."""
    return talib.RSI(close, timeperiod=period)


INDICATORS = declare(
    "rsi",
    "momentum",
    ["rsi_{period}"],
    ["close"],
    rsi,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * up / (up + down), Wilder means over {period}",
    source="TA-Lib RSI",
    over=periods(7, 14, 21),
)
