"""Rolling volume-weighted average price."""

from __future__ import annotations

import numpy as np
import talib

from ...indicator import Array, declare, periods


def vwap(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Typical price weighted by volume over the last bars; unweighted where none of them traded.

    A weighted mean lies within the range of its bars; it is held there, because TA-Lib's running sums lose
    their digits after a volume that dwarfs its successors.
    """
    typical = talib.TYPPRICE(high, low, close)
    weighted = talib.VWMA(typical, volume, timeperiod=period)
    untraded = talib.MAX(volume, timeperiod=period) == 0
    if untraded.any():
        weighted = np.where(untraded, talib.SMA(typical, timeperiod=period), weighted)
    return np.clip(weighted, talib.MIN(low, timeperiod=period), talib.MAX(high, timeperiod=period))


INDICATORS = declare(
    "vwap",
    "volume",
    ["vwap_{period}"],
    ["high", "low", "close", "volume"],
    vwap,
    warm_up=lambda period: period - 1,
    unit="price",
    formula="sum(volume * (high + low + close) / 3, {period}) / sum(volume, {period})",
    source="TA-Lib VWMA of TYPPRICE",
    over=periods(20),
)
