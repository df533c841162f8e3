"""Average true range, in price and as a percentage of the close (Wilder 1978)."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def atr(high: Array, low: Array, close: Array, period: int) -> Array:
    """Wilder mean of the true range."""
    return talib.ATR(high, low, close, timeperiod=period)


def natr(high: Array, low: Array, close: Array, period: int) -> Array:
    """Average true range as a percentage of the close."""
    return talib.NATR(high, low, close, timeperiod=period)


INDICATORS = (
    *declare(
        "atr",
        "volatility",
        ["atr_{period}"],
        ["high", "low", "close"],
        atr,
        warm_up=lambda period: period,
        unit="price",
        formula="Wilder mean(max(high - low, |high - close[t-1]|, |low - close[t-1]|), {period})",
        source="TA-Lib ATR",
        over=periods(14),
    ),
    *declare(
        "natr",
        "volatility",
        ["natr_{period}"],
        ["high", "low", "close"],
        natr,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * atr_{period} / close",
        source="TA-Lib NATR",
        over=periods(14),
    ),
)
