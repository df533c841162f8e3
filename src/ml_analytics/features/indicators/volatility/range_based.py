"""Volatility from the ranges of bars, per bar (not annualised): more exact than closes alone."""

from __future__ import annotations

from collections.abc import Callable
from math import log, nan, sqrt

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log as newest_log
from ...stepping.sums import positive_sum, window_sum, windowed_sum

PERIODS = periods(10, 20)
_PARKINSON = 4 * log(2)
_BODY = 2 * log(2) - 1


def parkinson(high: Array, low: Array, period: int) -> Array:
    """Volatility from high and low (Parkinson 1980); 0 where no bar had a range."""
    return np.sqrt(windowed_sum(np.log(high / low) ** 2, period) / period / _PARKINSON)


def garman_klass(open_: Array, high: Array, low: Array, close: Array, period: int) -> Array:
    """Volatility from all four prices (Garman and Klass 1980); a bar's negative variance counts as 0."""
    variance = 0.5 * np.log(high / low) ** 2 - _BODY * np.log(close / open_) ** 2
    return np.sqrt(windowed_sum(np.maximum(variance, 0.0), period) / period)


def rogers_satchell(open_: Array, high: Array, low: Array, close: Array, period: int) -> Array:
    """Volatility from all four prices that a drift does not disturb (Rogers and Satchell 1991)."""
    return np.sqrt(np.maximum(windowed_sum(_satchell(open_, high, low, close), period) / period, 0.0))


def yang_zhang(open_: Array, high: Array, low: Array, close: Array, period: int) -> Array:
    """Volatility with the jumps between bars: overnight, open to close and Rogers-Satchell (Yang, Zhang 2000).

    The share of the open-to-close part is the paper's best, 0.34 / (1.34 + (n + 1) / (n - 1)). The two
    variances have the divisor n - 1; what rounding makes negative counts as 0.
    """
    night = np.full_like(open_, nan)
    night[1:] = np.log(open_[1:] / close[:-1])
    share = _share(period)
    variance = (
        _variance(night, period)
        + share * _variance(np.log(close / open_), period)
        + (1 - share) * windowed_sum(_satchell(open_, high, low, close), period) / period
    )
    return np.sqrt(np.maximum(variance, 0.0))


def _satchell(open_: Array, high: Array, low: Array, close: Array) -> Array:
    """Return the variance of each bar: not negative as long as high and low are the bar's extremes."""
    up: Array = np.log(high / close) * np.log(high / open_)
    down: Array = np.log(low / close) * np.log(low / open_)
    return up + down


def _variance(moves: Array, period: int) -> Array:
    """Return the variance of the window, divisor ``period`` - 1."""
    mean = windowed_sum(moves, period) / period
    return np.maximum(windowed_sum(moves * moves, period) - mean * mean * period, 0.0) / (period - 1)


def _share(period: int) -> float:
    return 0.34 / (1.34 + (period + 1) / (period - 1))


def _stepper(bar_variance: Callable[[Recent], float], period: int, divisor: float) -> Step:
    """Return the root of the windowed mean of a variance of each bar."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, total = push(state, bar_variance(recent))
        return state, sqrt(max(total / period, 0.0) / divisor)

    return step


def parkinson_stepper(period: int) -> Step:
    """Return the step of :func:`parkinson`."""
    return _stepper(lambda recent: newest_log(recent.high[-1] / recent.low[-1]) ** 2, period, _PARKINSON)


def garman_klass_stepper(period: int) -> Step:
    """Return the step of :func:`garman_klass`."""

    def bar_variance(recent: Recent) -> float:
        range_ = newest_log(recent.high[-1] / recent.low[-1]) ** 2
        return max(0.5 * range_ - _BODY * newest_log(recent.close[-1] / recent.open[-1]) ** 2, 0.0)

    return _stepper(bar_variance, period, 1.0)


def rogers_satchell_stepper(period: int) -> Step:
    """Return the step of :func:`rogers_satchell`."""
    return _stepper(_newest_satchell, period, 1.0)


def _newest_satchell(recent: Recent) -> float:
    open_, high, low, close = recent.open[-1], recent.high[-1], recent.low[-1], recent.close[-1]
    up = newest_log(high / close) * newest_log(high / open_)
    return up + newest_log(low / close) * newest_log(low / open_)


def yang_zhang_stepper(period: int) -> Step:
    """Return the step of :func:`yang_zhang`."""
    push, add, share = window_sum(period), positive_sum(period), _share(period)

    def variance(states: State, move: float) -> tuple[State, float]:
        of_sum, of_squares = states
        of_sum, total = push(of_sum, move)
        of_squares, squares = add(of_squares, move * move)
        mean = total / period
        return (of_sum, of_squares), max(squares - mean * mean * period, 0.0) / (period - 1)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_night, of_day, of_range = state or ((None, None), (None, None), None)
        night = newest_log(recent.open[-1] / recent.close[-2]) if recent.bar else nan
        of_night, between = variance(of_night, night)
        of_day, within = variance(of_day, newest_log(recent.close[-1] / recent.open[-1]))
        of_range, ranges = add(of_range, _newest_satchell(recent))
        made = between + share * within + (1 - share) * ranges / period
        return (of_night, of_day, of_range), sqrt(max(made, 0.0))

    return step


INDICATORS = (
    *declare(
        "parkinson",
        "volatility",
        ["parkinson_{period}"],
        ["high", "low"],
        parkinson,
        stepper=parkinson_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="sqrt(mean(ln(high / low)², {period}) / (4 ln 2))",
        source="Parkinson 1980; own, TA-Lib has none",
        over=PERIODS,
    ),
    *declare(
        "garman_klass",
        "volatility",
        ["garman_klass_{period}"],
        ["open", "high", "low", "close"],
        garman_klass,
        stepper=garman_klass_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="sqrt(mean(ln(high / low)² / 2 - (2 ln 2 - 1) ln(close / open)², {period}))",
        source="Garman and Klass 1980; own, TA-Lib has none",
        over=PERIODS,
    ),
    *declare(
        "rogers_satchell",
        "volatility",
        ["rogers_satchell_{period}"],
        ["open", "high", "low", "close"],
        rogers_satchell,
        stepper=rogers_satchell_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="sqrt(mean(ln(h/c) ln(h/o) + ln(l/c) ln(l/o), {period}))",
        source="Rogers and Satchell 1991; own, TA-Lib has none",
        over=PERIODS,
    ),
    *declare(
        "yang_zhang",
        "volatility",
        ["yang_zhang_{period}"],
        ["open", "high", "low", "close"],
        yang_zhang,
        stepper=yang_zhang_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="sqrt(var(ln(open / close[t-1])) + k var(ln(close / open)) + (1 - k) rogers_satchell_{period}²), "
        "k = 0.34 / (1.34 + ({period} + 1) / ({period} - 1))",
        source="Yang and Zhang 2000; own, TA-Lib has none",
        over=PERIODS,
    ),
)
