"""Commodity Channel Index (Lambert 1980)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.delay import window

_NOISE = 1e-14  # of the price: what rounding alone leaves


def cci(high: Array, low: Array, close: Array, period: int) -> Array:
    """Typical price from its mean, in 0.015 mean deviations; 0 where nothing moves. Not bounded."""
    return ta.CCI(high, low, close, timeperiod=period)


def cci_stepper(period: int) -> Step:
    """Return the step of :func:`cci`."""
    push = window(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        typical = (recent.high[-1] + recent.low[-1] + recent.close[-1]) / 3
        state = push(state, typical)
        mean = 0.0
        for value in state:
            mean += value
        mean /= period
        deviation = 0.0
        for value in state:
            deviation += abs(value - mean)
        away, deviation, noise = typical - mean, deviation / period, _NOISE * mean
        if abs(away) <= noise or deviation <= noise:
            return state, 0.0
        return state, away / (deviation * 0.015)

    return step


INDICATORS = declare(
    "cci",
    "momentum",
    ["cci_{period}"],
    ["high", "low", "close"],
    cci,
    stepper=cci_stepper,
    warm_up=lambda period: period - 1,
    unit="percent",
    formula="(typical - mean(typical, {period})) / (0.015 * mean deviation)",
    source="TA-Lib CCI",
    over=periods(14, 20),
)
