"""Chaikin money flow."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def chaikin_money_flow(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Accumulation as a share of the volume, -1 to 1; 0 where nothing was traded."""
    return talib.CMF(high, low, close, volume, timeperiod=period)


INDICATORS = declare(
    "cmf",
    "volume",
    ["cmf_{period}"],
    ["high", "low", "close", "volume"],
    chaikin_money_flow,
    warm_up=lambda period: period - 1,
    unit="fraction",
    formula="sum(volume * ((close - low) - (high - close)) / (high - low), {period}) / sum(volume, {period})",
    source="TA-Lib CMF",
    aliases=["chaikin"],
    over=periods(20),
)
