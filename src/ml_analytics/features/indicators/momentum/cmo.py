"""Chande momentum oscillator (Chande, Kroll 1994)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.standstill import FADED, LENGTHS, hold, moved, standstills
from ...stepping.wilder import gains_and_losses


def cmo(close: Array, period: int) -> Array:
    """Gains less losses as a percentage of both, Wilder-averaged; 0 where the close never moved.

    TA-Lib's, but that a standstill of 400 periods and more leaves it as it is: see :mod:`...stepping.standstill`.
    """
    stretches = standstills(moved(close, close, close), LENGTHS * period)
    return hold(ta.CMO(close, timeperiod=period), stretches)


def cmo_stepper(period: int) -> Step:
    """Return the step of :func:`cmo`."""
    push = gains_and_losses(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return None, nan
        before, close = recent.close[-2], recent.close[-1]
        if state and before == close and 0.0 < state[1] + state[2] < FADED * close:
            _, gain, loss = state
        else:
            state, gain, loss = push(state, before, close)
        total = gain + loss
        return state, 100.0 * ((gain - loss) / total) if total > 0.0 else 0.0

    return step


INDICATORS = declare(
    "cmo",
    "momentum",
    ["cmo_{period}"],
    ["close"],
    cmo,
    stepper=cmo_stepper,
    warm_up=lambda period: period,
    unit="percent",
    formula="100 * (up - down) / (up + down), Wilder means over {period}",
    source="TA-Lib CMO; held in very long standstills: own",
    over=periods(14),
)
