"""Volatility from the ranges of bars, per bar (not annualised): more exact than closes alone."""

from __future__ import annotations

from math import log

import numpy as np
import talib

from ...indicator import Array, declare, periods


def parkinson(high: Array, low: Array, period: int) -> Array:
    """Volatility from high and low (Parkinson 1980)."""
    mean = talib.SMA(np.log(high / low) ** 2, timeperiod=period)
    return np.sqrt(np.maximum(mean, 0.0) / (4 * log(2)))


def garman_klass(open_: Array, high: Array, low: Array, close: Array, period: int) -> Array:
    """Volatility from all four prices (Garman and Klass 1980); a bar's negative variance counts as 0."""
    variance = 0.5 * np.log(high / low) ** 2 - (2 * log(2) - 1) * np.log(close / open_) ** 2
    return np.sqrt(np.maximum(talib.SMA(np.maximum(variance, 0.0), timeperiod=period), 0.0))


INDICATORS = (
    *declare(
        "parkinson",
        "volatility",
        ["parkinson_{period}"],
        ["high", "low"],
        parkinson,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="sqrt(mean(ln(high / low)², {period}) / (4 ln 2))",
        source="Parkinson 1980; own, TA-Lib has none",
        over=periods(20),
    ),
    *declare(
        "garman_klass",
        "volatility",
        ["garman_klass_{period}"],
        ["open", "high", "low", "close"],
        garman_klass,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="sqrt(mean(ln(high / low)² / 2 - (2 ln 2 - 1) ln(close / open)², {period}))",
        source="Garman and Klass 1980; own, TA-Lib has none",
        over=periods(20),
    ),
)
