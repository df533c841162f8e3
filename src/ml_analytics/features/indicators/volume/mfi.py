"""Money flow index: the RSI weighted by volume."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step

_STILL = 1e-14
"""Moves of the typical price below this share of it are none to TA-Lib."""


def mfi(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Share of money on rising bars, 0 to 100; 0 where nothing was traded."""
    return ta.MFI(high, low, close, volume, timeperiod=period)


def mfi_stepper(period: int) -> Step:
    """Return the step of :func:`mfi`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        typical = (recent.high[-1] + recent.low[-1] + recent.close[-1]) / 3.0
        if state is None:
            return (typical, 0.0, 0.0, 0, ()), 0.0
        before, ups, downs, empty, window = state
        if len(window) == period:
            ups, downs = ups - max(window[0], 0.0), downs + min(window[0], 0.0)
        flow = _flow(typical, before, recent.volume[-1])
        ups, downs = ups + max(flow, 0.0), downs - min(flow, 0.0)
        empty = empty + 1 if flow == 0 else 0
        if empty >= period:
            empty, ups, downs = period, 0.0, 0.0
        total = ups + downs
        share = 100.0 * (min(max(ups, 0.0), total) / total) if total > 0 else 0.0
        return (typical, ups, downs, empty, (*window[-period + 1 :], flow)), share

    return step


def _flow(typical: float, before: float, volume: float) -> float:
    """Return the bar's money, negative where the typical price fell."""
    move = typical - before
    if abs(move) <= _STILL * (abs(typical) + abs(before)):
        return 0.0
    return -typical * volume if move < 0 else typical * volume


INDICATORS = declare(
    "mfi",
    "volume",
    ["mfi_{period}"],
    ["high", "low", "close", "volume"],
    mfi,
    stepper=mfi_stepper,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * sum(typical * volume where typical rises) / sum(typical * volume), {period} bars",
    source="TA-Lib MFI",
    aliases=["money_flow_index"],
    over=periods(14),
)
