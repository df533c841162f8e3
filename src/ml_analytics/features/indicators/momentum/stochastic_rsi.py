"""Stochastic RSI: where the RSI lies in its own range (Chande, Kroll 1994)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.averages import derived_sma
from ...stepping.delay import window
from ...stepping.stochastic import raw_stochastic
from .rsi import rsi_stepper


def stochastic_rsi(close: Array, *, period: int, fast_k: int, fast_d: int) -> tuple[Array, ...]:
    """Return %K of the RSI and its mean %D, 0 to 100; 0 where the RSI did not move."""
    raw, signal = ta.STOCHRSI(close, timeperiod=period, fastk_period=fast_k, fastd_period=fast_d)
    return raw, signal


def stochastic_rsi_stepper(*, period: int, fast_k: int, fast_d: int) -> Step:
    """Return the step of :func:`stochastic_rsi`."""
    strength, keep, push = rsi_stepper(period), window(fast_k), raw_stochastic(fast_k)
    smooth, first = derived_sma(fast_d), period + fast_k - 1

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
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


INDICATORS = declare(
    "stochrsi",
    "momentum",
    ["stochrsi_k", "stochrsi_d"],
    ["close"],
    stochastic_rsi,
    stepper=stochastic_rsi_stepper,
    warm_up=lambda period, fast_k, fast_d: period + fast_k + fast_d - 2,
    unit="percent",
    formula="k = 100 * (rsi - min(rsi, {fast_k})) / (max(rsi, {fast_k}) - min), rsi_{period}; d = mean(k, {fast_d})",
    source="TA-Lib STOCHRSI",
    aliases=["stochastic_rsi"],
    over=[{"period": 14, "fast_k": 14, "fast_d": 3}],
)
