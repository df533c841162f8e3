"""Volume-price trend. Cumulative: its level depends on where the series begins."""

from __future__ import annotations

import talib

from ...indicator import Array, declare


def vpt(close: Array, volume: Array) -> Array:
    """Volume times the fractional change of the close, added up; starts at 0."""
    return talib.PVT(close, volume)


INDICATORS = declare(
    "vpt",
    "volume",
    ["vpt"],
    ["close", "volume"],
    vpt,
    warm_up=0,
    unit="volume",
    formula="vpt[t] = vpt[t-1] + volume[t] * (close[t] / close[t-1] - 1)",
    source="TA-Lib PVT",
    aliases=["pvt"],
)
