"""Where the close lies in its channel, and in the distribution of the last closes."""

from __future__ import annotations

from math import sqrt

from ... import ta
from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, sma
from ...stepping.kinds import BandsStep, ValueStep
from ...stepping.standstill import STILL
from ...stepping.variance import variance
from ..trend.channels import donchian, donchian_stepper
from ..trend.keltner import keltner, keltner_stepper


def donchian_percent(high: Array, low: Array, close: Array, period: int) -> Array:
    """Place of the close in the range of the last bars, 0 at the low, 1 at the high; 0.5 without a range."""
    upper, _, lower = donchian(high, low, period)
    return ratio(close - lower, upper - lower, neutral=0.5)


def keltner_percent(
    high: Array, low: Array, close: Array, *, period: int, ranges: int, width: float
) -> Array:
    """Place of the close in Keltner's channel, 0 at the lower line, 1 at the upper; 0.5 without a width."""
    upper, _, lower = keltner(high, low, close, period=period, ranges=ranges, width=width)
    return ratio((close - lower) / close, (upper - lower) / close, neutral=0.5, floor=STILL)


def zscore(close: Array, period: int) -> Array:
    """Close less its mean, in standard deviations of the last closes; 0 where these stand still."""
    away = close - ta.SMA(close, timeperiod=period)
    return ratio(away / close, ta.STDDEV(close, timeperiod=period) / close, neutral=0.0, floor=STILL)


def donchian_percent_stepper(period: int) -> ValueStep:
    """Return the step of :func:`donchian_percent`."""
    return _place(donchian_stepper(period), 0.0)


def keltner_percent_stepper(*, period: int, ranges: int, width: float) -> ValueStep:
    """Return the step of :func:`keltner_percent`."""
    return _place(keltner_stepper(period=period, ranges=ranges, width=width), STILL)


def _place(channel: BandsStep, floor: float) -> ValueStep:
    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, (upper, _, lower) = channel(state, recent)
        close, width = recent.close[-1], upper - lower
        return state, 0.5 if width / close <= floor else (close - lower) / width

    return step


def zscore_stepper(period: int) -> ValueStep:
    """Return the step of :func:`zscore`."""
    mean, spread = sma(period), variance(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_mean, of_spread = state or (None, None)
        window = recent.close[-period:]
        close = window[-1]
        of_mean, average = mean(of_mean, close, window[0])
        of_spread, squared = spread(of_spread, window)
        deviation = sqrt(squared) / close
        return (of_mean, of_spread), 0.0 if deviation <= STILL else (close - average) / close / deviation

    return step


INDICATORS = (
    *declare(
        "donchian_percent",
        "relative",
        ["donchian_percent_{period}"],
        ["high", "low", "close"],
        donchian_percent,
        stepper=donchian_percent_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="(close - donchian_lower_{period}) / (donchian_upper_{period} - donchian_lower_{period})",
        source="TA-Lib DONCHIAN, a division of ours",
        over=periods(20, 55),
    ),
    *declare(
        "keltner_percent",
        "relative",
        ["keltner_percent_{period}"],
        ["high", "low", "close"],
        keltner_percent,
        stepper=keltner_percent_stepper,
        least=11,
        warm_up=lambda period, ranges, width: max(period - 1, ranges),
        unit="fraction",
        formula="(close - keltner_lower_{period}) / (keltner_upper_{period} - keltner_lower_{period})",
        source="TA-Lib KC, a division of ours",
        over=[{"period": 20, "ranges": 10, "width": 2.0}],
    ),
    *declare(
        "zscore",
        "relative",
        ["zscore_{period}"],
        ["close"],
        zscore,
        stepper=zscore_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="(close - sma_{period}) / std_{period}",
        source="TA-Lib SMA and STDDEV, a division of ours",
        over=periods(20, 50),
    ),
)
