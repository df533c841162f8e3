"""Accumulation/distribution line (Chaikin). Cumulative: its level depends on where the series begins."""

from __future__ import annotations

import talib

from ...indicator import Array, declare


def accumulation(high: Array, low: Array, close: Array, volume: Array) -> Array:
    """Volume weighted by where the close lies in the bar, added up; a flat bar adds nothing."""
    return talib.AD(high, low, close, volume)


INDICATORS = declare(
    "ad",
    "volume",
    ["ad"],
    ["high", "low", "close", "volume"],
    accumulation,
    warm_up=0,
    unit="volume",
    formula="ad[t] = ad[t-1] + volume * ((close - low) - (high - close)) / (high - low)",
    source="TA-Lib AD",
    aliases=["accumulation_distribution"],
)
