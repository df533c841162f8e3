"""What the ADX is made of: directional movement, the directional index, and the ADX's own mean (Wilder 1978)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.delay import delay
from ...stepping.directional import average_index, directional, index
from ...stepping.standstill import LENGTHS, hold, long_standstills


def plus_dm(high: Array, low: Array, period: int) -> Array:
    """Wilder sum of upward movement."""
    return ta.PLUS_DM(high, low, timeperiod=period)


def minus_dm(high: Array, low: Array, period: int) -> Array:
    """Wilder sum of downward movement."""
    return ta.MINUS_DM(high, low, timeperiod=period)


def dx(high: Array, low: Array, close: Array, period: int) -> Array:
    """Difference of the directional indicators in percent of their sum; where nothing moves the last one, at first 0.

    TA-Lib's, but that a standstill of 400 periods and more leaves it as it is: see :mod:`...stepping.standstill`.
    """
    stretches = long_standstills(high, low, close, LENGTHS * period)
    return hold(ta.DX(high, low, close, timeperiod=period), stretches)


def adxr(high: Array, low: Array, close: Array, period: int) -> Array:
    """Mean of the ADX now and ``period - 1`` bars ago; a very long standstill is treated as in :func:`dx`."""
    mean = ta.ADXR(high, low, close, timeperiod=period)
    stretches = long_standstills(high, low, close, LENGTHS * period)
    if stretches:
        start, late = stretches[0].start, period - 1
        index = average_of_dx(high, low, close, period)
        mean[start:] = (index[start:] + index[start - late : len(index) - late]) / 2.0
    return mean


def average_of_dx(high: Array, low: Array, close: Array, period: int) -> Array:
    """Wilder mean of :func:`dx`: TA-Lib's ADX, from the first very long standstill on without its noise."""
    mean = ta.ADX(high, low, close, timeperiod=period)
    stretches = long_standstills(high, low, close, LENGTHS * period)
    if stretches:
        start = stretches[0].start
        index = dx(high, low, close, period)[period:]
        mean[start:] = ta.RMA(index, timeperiod=period)[start - period :]
    return mean


def plus_dm_stepper(period: int) -> Step:
    """Return the step of :func:`plus_dm`."""
    push = directional(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, sums = push(state, recent)
        return state, sums[0]

    return step


def minus_dm_stepper(period: int) -> Step:
    """Return the step of :func:`minus_dm`."""
    push = directional(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, sums = push(state, recent)
        return state, sums[1]

    return step


def dx_stepper(period: int) -> Step:
    """Return the step of :func:`dx`."""
    push = directional(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_sums, value = state or (None, 0.0)
        of_sums, sums = push(of_sums, recent)
        if recent.bar >= period:
            value = index(sums, value)
        return (of_sums, value), value

    return step


def adxr_stepper(period: int) -> Step:
    """Return the step of :func:`adxr`."""
    push, late = average_index(period), delay(period - 1)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_mean, waiting = state or (None, None)
        of_mean, now = push(of_mean, recent)
        waiting, before = late(waiting, now)
        return (of_mean, waiting), (now + before) / 2.0

    return step


INDICATORS = (
    *declare(
        "plus_dm",
        "trend",
        ["plus_dm_{period}"],
        ["high", "low"],
        plus_dm,
        stepper=plus_dm_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="Wilder sum over {period} of high[t] - high[t-1] where that is above 0 and low[t-1] - low[t]",
        source="TA-Lib PLUS_DM",
        over=periods(14),
    ),
    *declare(
        "minus_dm",
        "trend",
        ["minus_dm_{period}"],
        ["high", "low"],
        minus_dm,
        stepper=minus_dm_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="Wilder sum over {period} of low[t-1] - low[t] where that is above 0 and high[t] - high[t-1]",
        source="TA-Lib MINUS_DM",
        over=periods(14),
    ),
    *declare(
        "dx",
        "trend",
        ["dx_{period}"],
        ["high", "low", "close"],
        dx,
        stepper=dx_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * |+DI - -DI| / (+DI + -DI), period {period}",
        source="TA-Lib DX; held in very long standstills: own",
        over=periods(14),
    ),
    *declare(
        "adxr",
        "trend",
        ["adxr_{period}"],
        ["high", "low", "close"],
        adxr,
        stepper=adxr_stepper,
        warm_up=lambda period: 3 * period - 2,
        unit="percent",
        formula="(adx_{period}[t] + adx_{period}[t - {period} + 1]) / 2",
        source="TA-Lib ADXR; held in very long standstills: own",
        over=periods(14),
    ),
)
