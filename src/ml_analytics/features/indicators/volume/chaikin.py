"""Chaikin money flow."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.money_flow import money_flow


def chaikin_money_flow(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Accumulation as a share of the volume, -1 to 1; 0 where nothing was traded."""
    return ta.CMF(high, low, close, volume, timeperiod=period)


_NOTHING: State = (0.0, 0.0, ())


def chaikin_money_flow_stepper(period: int) -> Step:
    """Return the step of :func:`chaikin_money_flow`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        flow, traded, window = state or _NOTHING
        if len(window) == period:
            flow, traded = flow - window[0], traded - recent.volume[-period - 1]
        window = (*window[-period + 1 :], money_flow(recent))
        flow, traded = flow + window[-1], traded + recent.volume[-1]
        return (flow, traded, window), flow / traded if traded > 0 else 0.0

    return step


INDICATORS = declare(
    "cmf",
    "volume",
    ["cmf_{period}"],
    ["high", "low", "close", "volume"],
    chaikin_money_flow,
    stepper=chaikin_money_flow_stepper,
    reach=lambda period: period + 1,
    warm_up=lambda period: period - 1,
    unit="fraction",
    formula="sum(volume * ((close - low) - (high - close)) / (high - low), {period}) / sum(volume, {period})",
    source="TA-Lib CMF",
    aliases=["chaikin"],
    over=periods(20),
)
