"""Rate of change."""

from __future__ import annotations

import talib

from ...indicator import Array, declare, periods


def roc(close: Array, period: int) -> Array:
    """Change of the close against ``period`` bars ago, in percent."""
    return talib.ROC(close, timeperiod=period)


INDICATORS = declare(
    "roc",
    "momentum",
    ["roc_{period}"],
    ["close"],
    roc,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * (close[t] / close[t-{period}] - 1)",
    source="TA-Lib ROC",
    over=periods(10),
)
