"""How far the close lies from a level, and levels from each other, as fractions of the price."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods
from ..trend.ichimoku import midpoint
from ..volume.vwap import vwap


def close_to_sma(close: Array, period: int) -> Array:
    """Close over its simple average, less 1."""
    return close / talib.SMA(close, timeperiod=period) - 1


def close_to_ema(close: Array, period: int) -> Array:
    """Close over its exponential average, less 1."""
    return close / talib.EMA(close, timeperiod=period) - 1


def sma_to_sma(close: Array, short: int, long: int) -> Array:
    """Short average over long average, less 1 (above 0: a golden cross has happened)."""
    return talib.SMA(close, timeperiod=short) / talib.SMA(close, timeperiod=long) - 1


def macd_to_close(close: Array, fast: int, slow: int, signal: int) -> tuple[Array, ...]:
    """MACD line, signal and histogram over the close."""
    line, smoothed, histogram = talib.MACD(close, fastperiod=fast, slowperiod=slow, signalperiod=signal)
    return line / close, smoothed / close, histogram / close


def close_to_psar(high: Array, low: Array, close: Array) -> Array:
    """Close over the parabolic stop, less 1: positive in an uptrend."""
    return close / talib.SAR(high, low, acceleration=0.02, maximum=0.2) - 1


def close_to_midpoint(high: Array, low: Array, close: Array, period: int) -> Array:
    """Close over the middle of the range, less 1."""
    return close / midpoint(high, low, period) - 1


def close_to_vwap(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Close over the rolling volume-weighted price, less 1."""
    return close / vwap(high, low, close, volume, period) - 1


def bar_range(high: Array, low: Array, close: Array) -> Array:
    """Height of the bar over its close."""
    return (high - low) / close


def gap(open_: Array, close: Array) -> Array:
    """Open over the close before, less 1."""
    out = open_ / close
    out[1:] = open_[1:] / close[:-1] - 1
    return out


INDICATORS = (
    *declare(
        "close_to_sma",
        "relative",
        ["close_to_sma_{period}"],
        ["close"],
        close_to_sma,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / sma_{period} - 1",
        source="TA-Lib SMA, a division of ours",
        over=periods(5, 10, 20, 50, 100, 200),
    ),
    *declare(
        "close_to_ema",
        "relative",
        ["close_to_ema_{period}"],
        ["close"],
        close_to_ema,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / ema_{period} - 1",
        source="TA-Lib EMA, a division of ours",
        over=periods(10, 20, 50),
    ),
    *declare(
        "sma_to_sma",
        "relative",
        ["sma_{short}_to_sma_{long}"],
        ["close"],
        sma_to_sma,
        warm_up=lambda short, long: max(short, long) - 1,
        unit="fraction",
        formula="sma_{short} / sma_{long} - 1",
        source="TA-Lib SMA, a division of ours",
        over=[{"short": 5, "long": 20}, {"short": 20, "long": 50}, {"short": 50, "long": 200}],
    ),
    *declare(
        "macd_to_close",
        "relative",
        ["macd_to_close", "macd_signal_to_close", "macd_hist_to_close"],
        ["close"],
        macd_to_close,
        warm_up=lambda fast, slow, signal: max(fast, slow) + signal - 2,
        unit="fraction",
        formula="macd / close, macd_signal / close, macd_hist / close",
        source="TA-Lib MACD, divisions of ours",
        over=[{"fast": 12, "slow": 26, "signal": 9}],
    ),
    *declare(
        "close_to_psar",
        "relative",
        ["close_to_psar"],
        ["high", "low", "close"],
        close_to_psar,
        warm_up=1,
        unit="fraction",
        formula="close / psar - 1",
        source="TA-Lib SAR, a division of ours",
    ),
    *declare(
        "close_to_midpoint",
        "relative",
        ["close_to_midpoint_{period}"],
        ["high", "low", "close"],
        close_to_midpoint,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / midpoint(high, low, {period}) - 1",
        source="TA-Lib MIDPRICE, a division of ours",
        over=periods(26, 52),
    ),
    *declare(
        "close_to_vwap",
        "relative",
        ["close_to_vwap_{period}"],
        ["high", "low", "close", "volume"],
        close_to_vwap,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="close / vwap_{period} - 1",
        source="TA-Lib VWMA, a division of ours",
        over=periods(20),
    ),
    *declare(
        "bar_range",
        "relative",
        ["bar_range"],
        ["high", "low", "close"],
        bar_range,
        warm_up=0,
        unit="fraction",
        formula="(high - low) / close",
        source="own; one division",
    ),
    *declare(
        "gap",
        "relative",
        ["gap"],
        ["open", "close"],
        gap,
        warm_up=1,
        unit="fraction",
        formula="open[t] / close[t-1] - 1",
        source="own; one division",
    ),
)
