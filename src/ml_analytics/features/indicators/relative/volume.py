"""Volume against its own past."""

from __future__ import annotations

import numpy as np
import talib

from ...indicator import Array, declare, periods


def volume_to_sma(volume: Array, period: int) -> Array:
    """Volume over its mean; 1 where none of the last bars traded."""
    mean = talib.SMA(volume, timeperiod=period)
    untraded = talib.MAX(volume, timeperiod=period) == 0
    return np.where(untraded, 1.0, volume / np.where(untraded | (mean <= 0), 1.0, mean))


INDICATORS = declare(
    "volume_to_sma",
    "relative",
    ["volume_to_sma_{period}"],
    ["volume"],
    volume_to_sma,
    warm_up=lambda period: period - 1,
    unit="fraction",
    formula="volume / mean(volume, {period})",
    source="TA-Lib SMA, a division of ours",
    over=periods(20),
)
