"""Williams %R: the stochastic seen from above."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.extremes import highest, lowest


def williams_r(high: Array, low: Array, close: Array, period: int) -> Array:
    """Distance of the close from the highest high, -100 to 0; 0 where the range is empty.

    A close that lies outside of the range (by its rounding) counts as the end of it.
    """
    return ta.WILLR(high, low, close, timeperiod=period)


def williams_r_stepper(period: int) -> Step:
    """Return the step of :func:`williams_r`."""
    push_high, push_low = highest(period), lowest(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        top, bottom = state or (None, None)
        top = push_high(top, recent.high, recent.bar)
        bottom = push_low(bottom, recent.low, recent.bar)
        reach = top[0] - bottom[0]
        fallen = (top[0] - recent.close[-1]) / reach * -100.0 if reach else 0.0
        return (top, bottom), min(max(fallen, -100.0), 0.0)

    return step


INDICATORS = declare(
    "willr",
    "momentum",
    ["willr_{period}"],
    ["high", "low", "close"],
    williams_r,
    stepper=williams_r_stepper,
    warm_up=lambda period: period - 1,
    unit="percent",
    formula="-100 * (high_n - close) / (high_n - low_n), n = {period}; at least -100, at most 0",
    source="TA-Lib WILLR",
    aliases=["williams_r", "williams"],
    over=periods(7, 14, 28),
)
