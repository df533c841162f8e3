"""Illiquidity: how far a unit of traded money moves the price (Amihud 2002)."""

from __future__ import annotations

import numpy as np
import talib

from ...indicator import Array, declare, periods, ratio
from ...moves import log_return


def amihud(close: Array, volume: Array, period: int) -> Array:
    """Mean of |log return| over traded money; a bar without trades counts as 0."""
    impact = ratio(np.abs(log_return(close, 1)), close * volume, neutral=0.0, floor=1e-24)
    impact[0] = np.nan  # there is no return at the first bar, traded or not
    return np.maximum(talib.SMA(impact, timeperiod=period), 0.0)


INDICATORS = declare(
    "amihud",
    "microstructure",
    ["amihud_{period}"],
    ["close", "volume"],
    amihud,
    warm_up=lambda period: period,
    unit="per_currency",
    formula="mean(|ln(close[t] / close[t-1])| / (close * volume), {period})",
    source="Amihud 2002; own, TA-Lib has none",
    over=periods(20),
)
