"""The squeeze: Bollinger bands within a Keltner channel (Carter 2005)."""

from __future__ import annotations

import numpy as np

from ... import stepping, ta
from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step
from ...stepping.kinds import BandsStep
from ...stepping.standstill import STILL
from ...stepping.true_range import average_true_range
from .bollinger import bollinger, bollinger_stepper

_WIDTH = 1.5


def squeeze(high: Array, low: Array, close: Array, period: int) -> tuple[Array, ...]:
    """Return whether the Bollinger bands lie within the channel (1 or 0), and their width over the channel's.

    The bands are two standard deviations wide; the channel 1.5 average true ranges of the same period. Where
    the channel has no width (a flat price) the flag is 0 and the ratio 1.
    """
    above, _, below = bollinger(close, period, 2.0)
    middle = ta.EMA(ta.TYPPRICE(high, low, close), timeperiod=period)
    away = ta.ATR(high, low, close, timeperiod=period) * _WIDTH
    upper, lower = middle + away, middle - away
    channel = (upper - lower) / close
    within = (above < upper) & (below > lower) & (channel > STILL)
    flag = np.where(np.isnan(channel), np.nan, within)
    return flag, ratio((above - below) / close, channel, neutral=1.0, floor=STILL)


def _channel(period: int) -> BandsStep:
    average, true_range = stepping.ema(period), average_true_range(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        of_middle, of_range = state or (None, None)
        typical = (recent.high[-1] + recent.low[-1] + recent.close[-1]) / 3.0
        of_middle, middle = average(of_middle, typical)
        of_range, mean = true_range(of_range, recent)
        away = mean * _WIDTH
        return (of_middle, of_range), (middle + away, middle, middle - away)

    return step


def squeeze_stepper(period: int) -> Step:
    """Return the step of :func:`squeeze`."""
    bands, channel = bollinger_stepper(period, 2.0), _channel(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        of_bands, of_channel = state or (None, None)
        of_bands, (above, _, below) = bands(of_bands, recent)
        of_channel, (upper, _, lower) = channel(of_channel, recent)
        close = recent.close[-1]
        state, width = (of_bands, of_channel), (upper - lower) / close
        if abs(width) <= STILL:
            return state, (0.0, 1.0)
        within = above < upper and below > lower and width > STILL
        return state, (float(within), (above - below) / close / width)

    return step


INDICATORS = (
    *declare(
        "squeeze",
        "volatility",
        ["squeeze_{period}", "squeeze_ratio_{period}"],
        ["high", "low", "close"],
        squeeze,
        stepper=squeeze_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="bb_{period} (2 deviations) within ema(typical, {period}) ± 1.5 * atr_{period}: 1 or 0; "
        "width of the first / width of the second",
        source="Carter 2005; TA-Lib BBANDS, EMA and ATR, comparisons of ours",
        over=periods(20),
    ),
)
