"""Bollinger bands, their width, and where the close lies between them."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, ratio


def bollinger(close: Array, period: int, deviations: float) -> tuple[Array, ...]:
    """Return the upper, middle and lower band."""
    upper, middle, lower = talib.BBANDS(close, timeperiod=period, nbdevup=deviations, nbdevdn=deviations)
    return upper, middle, lower


def bollinger_position(close: Array, period: int, deviations: float) -> tuple[Array, ...]:
    """Return the width of the bands against the middle, and the position of the close (0 low, 1 high).

    Where the bands lie on one another (a flat price) the width is 0 and the position 0.5.
    """
    upper, middle, lower = bollinger(close, period, deviations)
    # A width below 1e-7 of the price is the rounding of running sums, not a movement.
    width = (upper - lower) / middle
    position = ratio((close - lower) / middle, width, neutral=0.5, floor=1e-7)
    return ratio(width, width, neutral=0.0, floor=1e-7) * width, position


_OVER = [{"period": 20, "deviations": 2.0}]
INDICATORS = (
    *declare(
        "bb",
        "volatility",
        ["bb_upper_{period}", "bb_middle_{period}", "bb_lower_{period}"],
        ["close"],
        bollinger,
        warm_up=lambda period, deviations: period - 1,
        unit="price",
        formula="mean(close, {period}) ± {deviations} * standard deviation",
        source="TA-Lib BBANDS",
        aliases=["bollinger", "bbands"],
        over=_OVER,
    ),
    *declare(
        "bb",
        "volatility",
        ["bb_width_{period}", "bb_percent_{period}"],
        ["close"],
        bollinger_position,
        warm_up=lambda period, deviations: period - 1,
        unit="fraction",
        formula="width = (upper - lower) / middle; percent = (close - lower) / (upper - lower)",
        source="TA-Lib BBANDS, two divisions of ours",
        aliases=["bollinger", "bbands"],
        over=_OVER,
    ),
)
