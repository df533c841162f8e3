"""Stochastic oscillator (Lane): where the close lies in the range of the last bars."""

from __future__ import annotations

import talib

from ...indicator import Array, declare


def stochastic(
    high: Array, low: Array, close: Array, *, fast_k: int, slow_k: int, slow_d: int
) -> tuple[Array, ...]:
    """Return slow %K and slow %D, 0 to 100; 0 where the range is empty."""
    slow, signal = talib.STOCH(
        high, low, close, fastk_period=fast_k, slowk_period=slow_k, slowd_period=slow_d
    )
    return slow, signal


INDICATORS = declare(
    "stoch",
    "momentum",
    ["stoch_k", "stoch_d"],
    ["high", "low", "close"],
    stochastic,
    warm_up=lambda fast_k, slow_k, slow_d: fast_k + slow_k + slow_d - 3,
    unit="percent",
    formula="k = mean(100 * (close - low_n) / (high_n - low_n), {slow_k}), n = {fast_k}; d = mean(k, {slow_d})",
    source="TA-Lib STOCH",
    aliases=["stochastic"],
    over=[{"fast_k": 14, "slow_k": 3, "slow_d": 3}],
)
