"""Ichimoku cloud, as known at the bar.

Charts draw the leading spans 26 bars ahead. The value here at bar t is the one drawn *at* t, made 26 bars
before: known, and causal. The lagging span (chikou) is the close drawn 26 bars back; at bar t it would be a
price of the future, so it is not a feature.
"""

from __future__ import annotations

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.delay import delay
from ...stepping.extremes import middle
from ...stepping.kinds import ValueStep


def midpoint(high: Array, low: Array, period: int) -> Array:
    """Return the middle between the highest high and the lowest low."""
    return ta.MIDPRICE(high, low, timeperiod=period)


def senkou_a(high: Array, low: Array, fast: int, slow: int, shift: int) -> Array:
    """Return the middle between tenkan and kijun, ``shift`` bars ago."""
    between = (midpoint(high, low, fast) + midpoint(high, low, slow)) / 2
    return _delayed(between, shift)


def senkou_b(high: Array, low: Array, period: int, shift: int) -> Array:
    """Return the midpoint of the long window, ``shift`` bars ago."""
    return _delayed(midpoint(high, low, period), shift)


def _delayed(values: Array, bars: int) -> Array:
    out = np.full_like(values, np.nan)
    out[bars:] = values[:-bars]
    return out


def midpoint_stepper(period: int) -> ValueStep:
    """Return the step of :func:`midpoint`."""
    push = middle(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        return push(state, recent.high, recent.low, recent.bar)

    return step


def senkou_a_stepper(fast: int, slow: int, shift: int) -> ValueStep:
    """Return the step of :func:`senkou_a`."""
    push_fast, push_slow, late = middle(fast), middle(slow), delay(shift)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_fast, of_slow, waiting = state or (None, None, None)
        of_fast, quick = push_fast(of_fast, recent.high, recent.low, recent.bar)
        of_slow, slowly = push_slow(of_slow, recent.high, recent.low, recent.bar)
        waiting, value = late(waiting, (quick + slowly) / 2)
        return (of_fast, of_slow, waiting), value

    return step


def senkou_b_stepper(period: int, shift: int) -> ValueStep:
    """Return the step of :func:`senkou_b`."""
    push, late = middle(period), delay(shift)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_middle, waiting = state or (None, None)
        of_middle, value = push(of_middle, recent.high, recent.low, recent.bar)
        waiting, value = late(waiting, value)
        return (of_middle, waiting), value

    return step


_INPUTS = ("high", "low")
INDICATORS = (
    *declare(
        "ichimoku",
        "trend",
        ["tenkan_{period}"],
        _INPUTS,
        midpoint,
        stepper=midpoint_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="(max(high, {period}) + min(low, {period})) / 2",
        source="TA-Lib MIDPRICE",
        over=periods(9),
    ),
    *declare(
        "ichimoku",
        "trend",
        ["kijun_{period}"],
        _INPUTS,
        midpoint,
        stepper=midpoint_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="(max(high, {period}) + min(low, {period})) / 2",
        source="TA-Lib MIDPRICE",
        over=periods(26),
    ),
    *declare(
        "ichimoku",
        "trend",
        ["senkou_a"],
        _INPUTS,
        senkou_a,
        stepper=senkou_a_stepper,
        warm_up=lambda fast, slow, shift: max(fast, slow) - 1 + shift,
        unit="price",
        formula="(tenkan_{fast}[t-{shift}] + kijun_{slow}[t-{shift}]) / 2",
        source="TA-Lib MIDPRICE, shifted forward by us",
        over=[{"fast": 9, "slow": 26, "shift": 26}],
    ),
    *declare(
        "ichimoku",
        "trend",
        ["senkou_b"],
        _INPUTS,
        senkou_b,
        stepper=senkou_b_stepper,
        warm_up=lambda period, shift: period - 1 + shift,
        unit="price",
        formula="midpoint({period})[t-{shift}]",
        source="TA-Lib MIDPRICE, shifted forward by us",
        over=[{"period": 52, "shift": 26}],
    ),
)
