"""Relative Strength Index (Wilder 1978)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep
from ...stepping.wilder import gains_and_losses


def rsi(close: Array, period: int) -> Array:
    """Gains as a percentage of gains and losses, Wilder-averaged; 0 where the close never moved."""
    return ta.RSI(close, timeperiod=period)


def rsi_stepper(period: int) -> ValueStep:
    """Return the step of :func:`rsi`."""
    push = gains_and_losses(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return None, nan
        state, gain, loss = push(state, recent.close[-2], recent.close[-1])
        total = gain + loss
        return state, 100.0 * (gain / total) if total > 0.0 else 0.0

    return step


INDICATORS = declare(
    "rsi",
    "momentum",
    ["rsi_{period}"],
    ["close"],
    rsi,
    stepper=rsi_stepper,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * up / (up + down), Wilder means over {period}",
    source="TA-Lib RSI",
    over=periods(2, 7, 14, 21),
)
