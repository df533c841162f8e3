"""Effective spread from the bounce between bid and ask (Roll 1984)."""

from __future__ import annotations

import numpy as np
import talib

from ...indicator import Array, declare, periods
from ...moves import log_return


def roll_spread(close: Array, period: int) -> Array:
    """Twice the root of the negated autocovariance of log returns; 0 where it is not negative."""
    move = log_return(close, 1)
    before = np.full_like(move, np.nan)
    before[1:] = move[:-1]
    move[1] = np.nan  # its predecessor is unknown: both series begin at bar 2
    product = talib.SMA(move * before, timeperiod=period)
    covariance = product - talib.SMA(move, timeperiod=period) * talib.SMA(before, timeperiod=period)
    return 2 * np.sqrt(np.maximum(-covariance, 0.0))


INDICATORS = declare(
    "roll_spread",
    "microstructure",
    ["roll_spread_{period}"],
    ["close"],
    roll_spread,
    warm_up=lambda period: period + 1,
    unit="fraction",
    formula="2 * sqrt(max(-cov(r[t], r[t-1]), 0)), r = log_return_1, {period} pairs, divisor {period}",
    source="Roll 1984; own, TA-Lib has none",
    aliases=["roll"],
    over=periods(20),
)
