"""Parabolic stop and reverse (Wilder 1978)."""

from __future__ import annotations

import talib

from ...indicator import Array, declare


def psar(high: Array, low: Array, acceleration: float, maximum: float) -> Array:
    """Return the stop level that trails the price and flips side when touched."""
    return talib.SAR(high, low, acceleration=acceleration, maximum=maximum)


INDICATORS = declare(
    "psar",
    "trend",
    ["psar"],
    ["high", "low"],
    psar,
    warm_up=1,
    unit="price",
    formula="sar[t] = sar[t-1] + af * (extreme - sar[t-1]), af from {acceleration} to {maximum}",
    source="TA-Lib SAR",
    aliases=["sar", "parabolic_sar"],
    over=[{"acceleration": 0.02, "maximum": 0.2}],
)
