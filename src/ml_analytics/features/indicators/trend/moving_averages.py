"""Simple, exponential and linearly weighted moving averages of the close."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods

PERIODS = periods(5, 10, 20, 50, 100, 200)


def sma(close: Array, period: int) -> Array:
    """Mean of the last ``period`` closes."""
    return talib.SMA(close, timeperiod=period)


def ema(close: Array, period: int) -> Array:
    """Exponential average, weight 2 / (period + 1), seeded with the mean of the first ``period`` closes."""
    return talib.EMA(close, timeperiod=period)


def wma(close: Array, period: int) -> Array:
    """Average with weights 1 … ``period``, the newest close the heaviest."""
    return talib.WMA(close, timeperiod=period)


INDICATORS = (
    *declare(
        "sma",
        "trend",
        ["sma_{period}"],
        ["close"],
        sma,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="mean(close, {period})",
        source="TA-Lib SMA",
        over=PERIODS,
    ),
    *declare(
        "ema",
        "trend",
        ["ema_{period}"],
        ["close"],
        ema,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="ema[t] = ema[t-1] + 2/({period}+1) * (close[t] - ema[t-1])",
        source="TA-Lib EMA",
        over=PERIODS,
    ),
    *declare(
        "wma",
        "trend",
        ["wma_{period}"],
        ["close"],
        wma,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="sum(w * close) / sum(w), w = 1 … {period}",
        source="TA-Lib WMA",
        over=PERIODS,
    ),
)
