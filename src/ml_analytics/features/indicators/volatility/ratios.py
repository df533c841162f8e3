"""Short against long volatility: above 1 it is rising."""

from __future__ import annotations

from typing import Any

from ...indicator import Array, declare, ratio
from .atr import atr
from .standard_deviation import volatility

_STILL = 1e-9
"""Below this the long volatility is the rounding of running sums: nothing moved, and the ratio is 1."""


def volatility_ratio(close: Array, short: int, long: int) -> Array:
    """Volatility of the last ``short`` bars over that of the last ``long``; 1 where nothing moved."""
    return ratio(volatility(close, short), volatility(close, long), neutral=1.0, floor=_STILL)


def atr_ratio(high: Array, low: Array, close: Array, short: int, long: int) -> Array:
    """Average true range, short over long; 1 where nothing moved."""
    slow = atr(high, low, close, long)
    return ratio(atr(high, low, close, short) / close, slow / close, neutral=1.0, floor=_STILL)


def _longest(short: int, long: int) -> int:
    return max(short, long)


_COMMON: dict[str, Any] = {
    "warm_up": _longest,
    "unit": "fraction",
    "aliases": ["ratios"],
}
INDICATORS = (
    *declare(
        "volatility_ratio",
        "volatility",
        ["volatility_ratio_{short}_{long}"],
        ["close"],
        volatility_ratio,
        formula="volatility_{short} / volatility_{long}",
        source="TA-Lib STDDEV of log returns, a division of ours",
        over=[{"short": 5, "long": 20}, {"short": 20, "long": 50}],
        **_COMMON,
    ),
    *declare(
        "atr_ratio",
        "volatility",
        ["atr_ratio_{short}_{long}"],
        ["high", "low", "close"],
        atr_ratio,
        formula="atr_{short} / atr_{long}",
        source="TA-Lib ATR, a division of ours",
        over=[{"short": 7, "long": 28}],
        **_COMMON,
    ),
)
