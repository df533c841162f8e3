"""Heikin-Ashi: smoothed candles, each opening in the middle of the one before (Homma; Valcu 2004)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step


def heikin_ashi(opened: Array, high: Array, low: Array, close: Array) -> tuple[Array, ...]:
    """Return open, high, low and close of the smoothed candles."""
    first, top, bottom, last = ta.HA(opened, high, low, close)
    return first, top, bottom, last


def heikin_ashi_stepper() -> Step:
    """Return the step of :func:`heikin_ashi`."""

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        opened, high, low, close = recent.open[-1], recent.high[-1], recent.low[-1], recent.close[-1]
        before, ended = state or (opened, close)
        first, last = (before + ended) / 2.0, (opened + high + low + close) / 4.0
        return (first, last), (first, max(high, first, last), min(low, first, last), last)

    return step


INDICATORS = declare(
    "heikin_ashi",
    "trend",
    ["ha_open", "ha_high", "ha_low", "ha_close"],
    ["open", "high", "low", "close"],
    heikin_ashi,
    stepper=heikin_ashi_stepper,
    warm_up=0,
    unit="price",
    formula="close = (open + high + low + close) / 4; open = (open[t-1] + close[t-1]) / 2 of these candles, at first "
    "of the bar; high and low with both",
    source="TA-Lib HA",
    aliases=["ha"],
    optional=True,
)
