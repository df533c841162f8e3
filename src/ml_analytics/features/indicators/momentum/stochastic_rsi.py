"""Stochastic RSI: where the RSI lies in its own range (Chande, Kroll 1994), as it is and smoothed as charts show it."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.averages import derived_sma
from ...stepping.delay import window
from ...stepping.kinds import PairStep
from ...stepping.stochastic import raw_stochastic
from ...stepping.sums import window_sum, windowed_sum
from ..warm_up import blank
from .rsi import rsi_stepper


def stochastic_rsi(close: Array, *, period: int, fast_k: int, fast_d: int) -> tuple[Array, ...]:
    """Return %K of the RSI and its mean %D, 0 to 100; 0 where the RSI did not move."""
    raw, signal = ta.STOCHRSI(close, timeperiod=period, fastk_period=fast_k, fastd_period=fast_d)
    return raw, signal


def slow_stochastic_rsi(
    close: Array, *, period: int, fast_k: int, slow_k: int, slow_d: int
) -> tuple[Array, ...]:
    """Return the smoothed place of the RSI in its range, 0 to 100, and the mean of that."""
    _, line = stochastic_rsi(close, period=period, fast_k=fast_k, fast_d=slow_k)
    return blank((line, windowed_sum(line, slow_d) / slow_d), period + fast_k + slow_k + slow_d - 3)


def stochastic_rsi_stepper(*, period: int, fast_k: int, fast_d: int) -> PairStep:
    """Return the step of :func:`stochastic_rsi`."""
    strength, keep, push = rsi_stepper(period), window(fast_k), raw_stochastic(fast_k)
    smooth, first = derived_sma(fast_d), period + fast_k - 1

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        of_rsi, kept, of_raw, of_signal = state or (None, None, None, None)
        of_rsi, value = strength(of_rsi, recent)
        if recent.bar < period:
            return (of_rsi, None, None, None), (nan, nan)
        kept = keep(kept, value)
        of_raw, raw = push(of_raw, kept, kept, value, recent.bar)
        signal = nan
        if recent.bar >= first:
            of_signal, signal = smooth(of_signal, raw)
        return (of_rsi, kept, of_raw, of_signal), (raw, signal)

    return step


def slow_stochastic_rsi_stepper(*, period: int, fast_k: int, slow_k: int, slow_d: int) -> Step:
    """Return the step of :func:`slow_stochastic_rsi`."""
    inner = stochastic_rsi_stepper(period=period, fast_k=fast_k, fast_d=slow_k)
    push, first = window_sum(slow_d), period + fast_k + slow_k - 2

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        of_line, of_mean = state or (None, None)
        of_line, (_, line) = inner(of_line, recent)
        total = nan
        if recent.bar >= first:
            of_mean, total = push(of_mean, line)
        return (of_line, of_mean), (line, total / slow_d)

    return step


INDICATORS = (
    *declare(
        "stochrsi",
        "momentum",
        ["stochrsi_k", "stochrsi_d"],
        ["close"],
        stochastic_rsi,
        stepper=stochastic_rsi_stepper,
        warm_up=lambda period, fast_k, fast_d: period + fast_k + fast_d - 2,
        unit="percent",
        formula="k = 100 * (rsi - min(rsi, {fast_k})) / (max(rsi, {fast_k}) - min), rsi_{period}; "
        "d = mean(k, {fast_d})",
        source="TA-Lib STOCHRSI",
        aliases=["stochastic_rsi"],
        over=[{"period": 14, "fast_k": 14, "fast_d": 3}],
    ),
    *declare(
        "stochrsi_slow",
        "momentum",
        ["stochrsi_slow_k", "stochrsi_slow_d"],
        ["close"],
        slow_stochastic_rsi,
        stepper=slow_stochastic_rsi_stepper,
        warm_up=lambda period, fast_k, slow_k, slow_d: period + fast_k + slow_k + slow_d - 3,
        unit="percent",
        formula="k = mean(100 * (rsi - min(rsi, {fast_k})) / (max(rsi, {fast_k}) - min), {slow_k}), rsi_{period}; "
        "d = mean(k, {slow_d})",
        source="TA-Lib STOCHRSI, its mean smoothed again by us",
        over=[{"period": 14, "fast_k": 14, "slow_k": 3, "slow_d": 3}],
        optional=True,
    ),
)
