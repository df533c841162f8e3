"""Where today's volatility stands among the bars before it: causal rolling percentiles."""

from __future__ import annotations

from typing import Any

import talib

from ...indicator import Array, declare
from .atr import natr
from .standard_deviation import volatility


def volatility_percentile(close: Array, of: int, period: int) -> Array:
    """Percentage of the ``period`` earlier volatilities that lie below this one."""
    return talib.PERCENTRANK(volatility(close, of), timeperiod=period)


def natr_percentile(high: Array, low: Array, close: Array, of: int, period: int) -> Array:
    """Percentage of the ``period`` earlier normalised true ranges that lie below this one."""
    return talib.PERCENTRANK(natr(high, low, close, of), timeperiod=period)


_COMMON: dict[str, Any] = {
    "warm_up": lambda of, period: of + period,
    "unit": "percent",
    "aliases": ["percentiles"],
}
INDICATORS = (
    *declare(
        "volatility_percentile",
        "volatility",
        ["volatility_percentile_{period}"],
        ["close"],
        volatility_percentile,
        formula="100 * count(volatility_{of}[t-i] < volatility_{of}[t], i = 1 … {period}) / {period}",
        source="TA-Lib PERCENTRANK of STDDEV of log returns",
        over=[{"of": 20, "period": 100}],
        **_COMMON,
    ),
    *declare(
        "natr_percentile",
        "volatility",
        ["natr_percentile_{period}"],
        ["high", "low", "close"],
        natr_percentile,
        formula="100 * count(natr_{of}[t-i] < natr_{of}[t], i = 1 … {period}) / {period}",
        source="TA-Lib PERCENTRANK of NATR",
        over=[{"of": 14, "period": 100}],
        **_COMMON,
    ),
)
