"""On-balance volume (Granville 1963). Cumulative: its level depends on where the series begins."""

from __future__ import annotations

import talib

from ...indicator import Array, declare


def obv(close: Array, volume: Array) -> Array:
    """Volume added when the close rises, taken away when it falls; starts with the first volume."""
    return talib.OBV(close, volume)


INDICATORS = declare(
    "obv",
    "volume",
    ["obv"],
    ["close", "volume"],
    obv,
    warm_up=0,
    unit="volume",
    formula="obv[t] = obv[t-1] + sign(close[t] - close[t-1]) * volume[t]",
    source="TA-Lib OBV",
)
