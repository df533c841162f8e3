"""Standard deviation of the close, and of its log returns."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods
from ...moves import log_return


def standard_deviation(close: Array, period: int) -> Array:
    """Population standard deviation of the close."""
    return talib.STDDEV(close, timeperiod=period)


def volatility(close: Array, period: int) -> Array:
    """Population standard deviation of one-bar log returns, per bar (not annualised)."""
    return talib.STDDEV(log_return(close, 1), timeperiod=period)


INDICATORS = (
    *declare(
        "std",
        "volatility",
        ["std_{period}"],
        ["close"],
        standard_deviation,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="standard deviation(close, {period}), divisor {period}",
        source="TA-Lib STDDEV",
        over=periods(20),
    ),
    *declare(
        "volatility",
        "volatility",
        ["volatility_{period}"],
        ["close"],
        volatility,
        warm_up=lambda period: period,
        unit="fraction",
        formula="standard deviation(log_return_1, {period}), divisor {period}",
        source="TA-Lib STDDEV of log returns",
        over=periods(5, 20, 50),
    ),
)
