"""Stochastic oscillator (Lane): where the close lies in the range of the last bars."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.averages import derived_sma
from ...stepping.stochastic import raw_stochastic


def stochastic(
    high: Array, low: Array, close: Array, *, fast_k: int, slow_k: int, slow_d: int
) -> tuple[Array, ...]:
    """Return slow %K and slow %D, 0 to 100; 0 where the range is empty."""
    slow, signal = ta.STOCH(high, low, close, fastk_period=fast_k, slowk_period=slow_k, slowd_period=slow_d)
    return slow, signal


def fast_stochastic(high: Array, low: Array, close: Array, *, fast_k: int, fast_d: int) -> tuple[Array, ...]:
    """Return fast %K, not smoothed, and fast %D, 0 to 100; 0 where the range is empty."""
    raw, signal = ta.STOCHF(high, low, close, fastk_period=fast_k, fastd_period=fast_d)
    return raw, signal


def stochastic_stepper(*, fast_k: int, slow_k: int, slow_d: int) -> Step:
    """Return the step of :func:`stochastic`."""
    push, smooth, smooth_again = raw_stochastic(fast_k), derived_sma(slow_k), derived_sma(slow_d)
    first, then = fast_k - 1, fast_k + slow_k - 2

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        of_raw, of_slow, of_signal = state or (None, None, None)
        slow = signal = 0.0
        of_raw, raw = push(of_raw, recent.high, recent.low, recent.close[-1], recent.bar)
        if recent.bar >= first:
            of_slow, slow = smooth(of_slow, raw)
        if recent.bar >= then:
            of_signal, signal = smooth_again(of_signal, slow)
        return (of_raw, of_slow, of_signal), (slow, signal)

    return step


def fast_stochastic_stepper(*, fast_k: int, fast_d: int) -> Step:
    """Return the step of :func:`fast_stochastic`."""
    push, smooth, first = raw_stochastic(fast_k), derived_sma(fast_d), fast_k - 1

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        of_raw, of_signal = state or (None, None)
        of_raw, raw = push(of_raw, recent.high, recent.low, recent.close[-1], recent.bar)
        signal = 0.0
        if recent.bar >= first:
            of_signal, signal = smooth(of_signal, raw)
        return (of_raw, of_signal), (raw, signal)

    return step


INDICATORS = (
    *declare(
        "stoch",
        "momentum",
        ["stoch_k", "stoch_d"],
        ["high", "low", "close"],
        stochastic,
        stepper=stochastic_stepper,
        warm_up=lambda fast_k, slow_k, slow_d: fast_k + slow_k + slow_d - 3,
        unit="percent",
        formula="k = mean(100 * (close - low_n) / (high_n - low_n), {slow_k}), n = {fast_k}; d = mean(k, {slow_d})",
        source="TA-Lib STOCH",
        aliases=["stochastic"],
        over=[{"fast_k": 14, "slow_k": 3, "slow_d": 3}],
    ),
    *declare(
        "stochf",
        "momentum",
        ["stochf_k", "stochf_d"],
        ["high", "low", "close"],
        fast_stochastic,
        stepper=fast_stochastic_stepper,
        warm_up=lambda fast_k, fast_d: fast_k + fast_d - 2,
        unit="percent",
        formula="k = 100 * (close - low_n) / (high_n - low_n), n = {fast_k}; d = mean(k, {fast_d})",
        source="TA-Lib STOCHF",
        over=[{"fast_k": 5, "fast_d": 3}],
    ),
)
