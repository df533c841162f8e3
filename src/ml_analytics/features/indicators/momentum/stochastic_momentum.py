"""Stochastic momentum index: the close against the middle of the range, smoothed twice (Blau 1993)."""

from __future__ import annotations

from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema
from ...stepping.extremes import highest, lowest
from ...stepping.standstill import FADED, LENGTHS, hold, long_standstills


def smi(
    high: Array, low: Array, close: Array, *, period: int, fast: int, slow: int, signal: int
) -> tuple[Array, ...]:
    """Return the index, -100 to 100, and its exponential average; 0 where there never was a range.

    TA-Lib's, but that a standstill of 200 times ``slow`` and more leaves the index as it is: see
    :mod:`...stepping.standstill`.
    """
    index, smoothed = ta.SMI(
        high, low, close, timeperiod=period, fastperiod=fast, slowperiod=slow, signalperiod=signal
    )
    stretches = long_standstills(high, low, close, period + LENGTHS * (slow + 1) // 2)
    if stretches:
        hold(index, stretches)
        start = stretches[0].start
        # begun by the mean of equal values, the average goes on from there
        begun = np.concatenate((np.full(signal, smoothed[start - 1]), index[start:]))
        smoothed[start:] = ta.EMA(begun, timeperiod=signal)[signal:]
    return index, smoothed


def smi_stepper(*, period: int, fast: int, slow: int, signal: int) -> Step:
    """Return the step of :func:`smi`."""
    push_high, push_low = highest(period), lowest(period)
    push, push_again, smooth = ema(slow), ema(fast), ema(signal)
    first = period - 1
    second, third = first + slow - 1, first + slow + fast - 2

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        top, bottom, *averages, of_signal = state or (None,) * 7
        away, reach, far, wide = averages
        top = push_high(top, recent.high, recent.bar)
        bottom = push_low(bottom, recent.low, recent.bar)
        if recent.bar < first:
            return (top, bottom, None, None, None, None, None), (nan, nan)
        high, low = top[0], bottom[0]
        away, away_now = push(away, recent.close[-1] - (high + low) * 0.5)
        reach, sized = push(reach, high - low)
        if recent.bar < second:
            return (top, bottom, away, reach, None, None, None), (nan, nan)
        far, away_now = push_again(far, away_now)
        wide, sized = push_again(wide, sized)
        half, index, smoothed = 0.5 * sized, 0.0, nan
        if half > 0.0:
            index = 100.0 * away_now / half
        if recent.bar >= third:
            of_signal, smoothed = smooth(of_signal, index)
        if not (high == low == recent.close[-1] and 0.0 < half < FADED * high):
            averages = [away, reach, far, wide]
        return (top, bottom, *averages, of_signal), (index, smoothed)

    return step


INDICATORS = declare(
    "smi",
    "momentum",
    ["smi", "smi_signal"],
    ["high", "low", "close"],
    smi,
    stepper=smi_stepper,
    warm_up=lambda period, fast, slow, signal: period + fast + slow + signal - 4,
    unit="percent",
    formula="100 * e(close - middle) / e(range / 2), e(x) = ema(ema(x, {slow}), {fast}), middle and range of the "
    "last {period} bars; signal = ema(smi, {signal})",
    source="TA-Lib SMI; held in very long standstills: own",
    over=[{"period": 13, "fast": 2, "slow": 25, "signal": 9}],
)
