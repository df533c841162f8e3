"""Chande momentum oscillator (Chande, Kroll 1994): with Wilder's averages, as TA-Lib has it, and with plain sums."""

from __future__ import annotations

from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step
from ...stepping.standstill import FADED, LENGTHS, hold, long_standstills
from ...stepping.sums import positive_sum, windowed_sum
from ...stepping.wilder import gains_and_losses


def cmo(close: Array, period: int) -> Array:
    """Gains less losses as a percentage of both, Wilder-averaged; 0 where the close never moved.

    TA-Lib's, but that a standstill of 400 periods and more leaves it as it is: see :mod:`...stepping.standstill`.
    """
    stretches = long_standstills(close, close, close, LENGTHS * period)
    return hold(ta.CMO(close, timeperiod=period), stretches)


def plain_cmo(close: Array, period: int) -> Array:
    """Gains less losses of the last bars as a percentage of both; 0 where the close did not move."""
    net, size = np.full((2, len(close)), np.nan)
    net[period:] = close[period:] - close[:-period]
    size[1:] = np.abs(close[1:] - close[:-1])
    return np.clip(100.0 * ratio(net, windowed_sum(size, period), neutral=0.0), -100.0, 100.0)


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


def plain_cmo_stepper(period: int) -> Step:
    """Return the step of :func:`plain_cmo`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        close = recent.close
        if recent.bar == 0:
            return None, nan
        state, way = push(state, abs(close[-1] - close[-2]))
        if recent.bar < period or way == 0.0:
            return state, 0.0
        return state, min(max(100.0 * ((close[-1] - close[-1 - period]) / way), -100.0), 100.0)

    return step


INDICATORS = (
    *declare(
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
    ),
    *declare(
        "cmou",
        "momentum",
        ["cmou_{period}"],
        ["close"],
        plain_cmo,
        stepper=plain_cmo_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * (close[t] - close[t-{period}]) / sum(|close[t] - close[t-1]|, {period})",
        source="Chande and Kroll 1994; own, as TA-Lib CMOU",
        over=periods(14),
        optional=True,
    ),
)
