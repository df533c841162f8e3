"""Stochastic momentum index: the close against the middle of the range, smoothed twice (Blau 1993)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema
from ...stepping.extremes import highest, lowest


def smi(
    high: Array, low: Array, close: Array, *, period: int, fast: int, slow: int, signal: int
) -> tuple[Array, ...]:
    """Return the index, -100 to 100, and its exponential average; 0 where the range is empty."""
    index, smoothed = ta.SMI(
        high, low, close, timeperiod=period, fastperiod=fast, slowperiod=slow, signalperiod=signal
    )
    return index, smoothed


def smi_stepper(*, period: int, fast: int, slow: int, signal: int) -> Step:
    """Return the step of :func:`smi`."""
    push_high, push_low = highest(period), lowest(period)
    push, push_again, smooth = ema(slow), ema(fast), ema(signal)
    first = period - 1
    second, third = first + slow - 1, first + slow + fast - 2

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        top, bottom, away, reach, far, wide, of_signal = state or (None,) * 7
        top = push_high(top, recent.high, recent.bar)
        bottom = push_low(bottom, recent.low, recent.bar)
        if recent.bar < first:
            return (top, bottom, None, None, None, None, None), (nan, nan)
        high, low = top[0], bottom[0]
        away, moved = push(away, recent.close[-1] - (high + low) * 0.5)
        reach, sized = push(reach, high - low)
        if recent.bar < second:
            return (top, bottom, away, reach, None, None, None), (nan, nan)
        far, moved = push_again(far, moved)
        wide, sized = push_again(wide, sized)
        half, index, smoothed = 0.5 * sized, 0.0, nan
        if half > 0.0:
            index = 100.0 * moved / half
        if recent.bar >= third:
            of_signal, smoothed = smooth(of_signal, index)
        return (top, bottom, away, reach, far, wide, of_signal), (index, smoothed)

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
    source="TA-Lib SMI",
    over=[{"period": 13, "fast": 2, "slow": 25, "signal": 9}],
)
