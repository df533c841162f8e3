"""Money flow index: the RSI weighted by volume."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def mfi(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Share of money on rising bars, 0 to 100; 0 where nothing was traded."""
    return talib.MFI(high, low, close, volume, timeperiod=period)


INDICATORS = declare(
    "mfi",
    "volume",
    ["mfi_{period}"],
    ["high", "low", "close", "volume"],
    mfi,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * sum(typical * volume where typical rises) / sum(typical * volume), {period} bars",
    source="TA-Lib MFI",
    over=periods(14),
)
