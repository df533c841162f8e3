"""Vertical horizontal filter: trending or wandering (White 1991)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step


def vhf(close: Array, period: int) -> Array:
    """Range of the closes over the way they went, 0 to 1; 0 where they did not move."""
    return ta.VHF(close, timeperiod=period)


def vhf_stepper(period: int) -> Step:
    """Return the step of :func:`vhf`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        # The way is added up anew at each bar, as in batch: it keeps nothing of prices long gone.
        window = recent.close[-period - 1 :]
        before, way = window[0], 0.0
        for value in window:
            way += abs(value - before)
            before = value
        closes = window[-period:]
        return None, (max(closes) - min(closes)) / way if way > 0.0 else 0.0

    return step


INDICATORS = declare(
    "vhf",
    "trend",
    ["vhf_{period}"],
    ["close"],
    vhf,
    stepper=vhf_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="(max(close, {period}) - min(close, {period})) / sum(|close[t] - close[t-1]|, {period})",
    source="TA-Lib VHF",
    over=periods(28),
)
