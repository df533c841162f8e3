"""Average volume."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def volume_sma(volume: Array, period: int) -> Array:
    """Mean volume of the last ``period`` bars."""
    return talib.SMA(volume, timeperiod=period)


INDICATORS = declare(
    "volume_sma",
    "volume",
    ["volume_sma_{period}"],
    ["volume"],
    volume_sma,
    warm_up=lambda period: period - 1,
    unit="volume",
    formula="mean(volume, {period})",
    source="TA-Lib SMA",
    over=periods(20),
)
