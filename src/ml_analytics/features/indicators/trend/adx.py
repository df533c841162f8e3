"""Average Directional Index with its two directional indicators (Wilder 1978)."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def adx(high: Array, low: Array, close: Array, period: int) -> Array:
    """Strength of the trend, whichever way, 0 to 100; 0 where nothing moves."""
    return talib.ADX(high, low, close, timeperiod=period)


def plus_di(high: Array, low: Array, close: Array, period: int) -> Array:
    """Upward movement as a percentage of the true range."""
    return talib.PLUS_DI(high, low, close, timeperiod=period)


def minus_di(high: Array, low: Array, close: Array, period: int) -> Array:
    """Downward movement as a percentage of the true range."""
    return talib.MINUS_DI(high, low, close, timeperiod=period)


_INPUTS = ("high", "low", "close")
INDICATORS = (
    *declare(
        "adx",
        "trend",
        ["adx_{period}"],
        _INPUTS,
        adx,
        warm_up=lambda period: 2 * period - 1,
        unit="percent",
        formula="Wilder mean over {period} of 100 * |+DI - -DI| / (+DI + -DI)",
        source="TA-Lib ADX",
        over=periods(14),
    ),
    *declare(
        "adx",
        "trend",
        ["plus_di_{period}"],
        _INPUTS,
        plus_di,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * Wilder sum(+DM, {period}) / Wilder sum(true range, {period})",
        source="TA-Lib PLUS_DI",
        over=periods(14),
    ),
    *declare(
        "adx",
        "trend",
        ["minus_di_{period}"],
        _INPUTS,
        minus_di,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * Wilder sum(-DM, {period}) / Wilder sum(true range, {period})",
        source="TA-Lib MINUS_DI",
        over=periods(14),
    ),
)
