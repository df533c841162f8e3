"""Moving Average Convergence Divergence: two exponential averages against each other."""

from __future__ import annotations

import talib

from ...indicator import Array, declare


def macd(close: Array, fast: int, slow: int, signal: int) -> tuple[Array, ...]:
    """Return the MACD line, its signal line and their difference, the histogram."""
    line, smoothed, histogram = talib.MACD(close, fastperiod=fast, slowperiod=slow, signalperiod=signal)
    return line, smoothed, histogram


INDICATORS = declare(
    "macd",
    "trend",
    ["macd", "macd_signal", "macd_hist"],
    ["close"],
    macd,
    warm_up=lambda fast, slow, signal: max(fast, slow) + signal - 2,
    unit="price",
    formula="macd = ema({fast}) - ema({slow}); signal = ema(macd, {signal}); hist = macd - signal",
    source="TA-Lib MACD",
    over=[{"fast": 12, "slow": 26, "signal": 9}],
)
