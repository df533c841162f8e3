"""Efficiency ratio: how straight the close went (Kaufman 1995)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Step
from ...stepping.efficiency import efficiency


def efficiency_ratio(close: Array, period: int) -> Array:
    """Net move over the way gone, 0 to 1; 1 where the close did not move."""
    return ta.ER(close, timeperiod=period)


def efficiency_ratio_stepper(period: int) -> Step:
    """Return the step of :func:`efficiency_ratio`."""
    push = efficiency(period)
    return lambda state, recent: push(state, recent.close)


INDICATORS = declare(
    "er",
    "momentum",
    ["er_{period}"],
    ["close"],
    efficiency_ratio,
    stepper=efficiency_ratio_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="|close[t] - close[t-{period}]| / sum(|close[t] - close[t-1]|, {period})",
    source="TA-Lib ER",
    aliases=["efficiency_ratio"],
    over=periods(10),
)
