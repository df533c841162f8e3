"""KDJ: the stochastic with Wilder's averages, and how far K is ahead of D."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.stochastic import raw_stochastic
from ...stepping.wilder import rma


def kdj(high: Array, low: Array, close: Array, *, fast_k: int, slow_k: int, slow_d: int) -> tuple[Array, ...]:
    """Return K and D, 0 to 100, and J, which can leave that range; 0 where the range is empty."""
    k, d, j = ta.KDJ(high, low, close, fastk_period=fast_k, slowk_period=slow_k, slowd_period=slow_d)
    return k, d, j


def kdj_stepper(*, fast_k: int, slow_k: int, slow_d: int) -> Step:
    """Return the step of :func:`kdj`."""
    push, smooth, smooth_again = raw_stochastic(fast_k), rma(slow_k), rma(slow_d)
    first, then = fast_k - 1, fast_k + slow_k - 2

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        of_raw, of_k, of_d = state or (None, None, None)
        k = d = nan
        of_raw, raw = push(of_raw, recent.high, recent.low, recent.close[-1], recent.bar)
        if recent.bar >= first:
            of_k, k = smooth(of_k, raw)
        if recent.bar >= then:
            of_d, d = smooth_again(of_d, k)
        return (of_raw, of_k, of_d), (k, d, 3.0 * k - 2.0 * d)

    return step


INDICATORS = declare(
    "kdj",
    "momentum",
    ["kdj_k", "kdj_d", "kdj_j"],
    ["high", "low", "close"],
    kdj,
    stepper=kdj_stepper,
    warm_up=lambda fast_k, slow_k, slow_d: fast_k + slow_k + slow_d - 3,
    unit="percent",
    formula="k = rma(100 * (close - low_n) / (high_n - low_n), {slow_k}), n = {fast_k}; d = rma(k, {slow_d}); "
    "j = 3 * k - 2 * d",
    source="TA-Lib KDJ",
    over=[{"fast_k": 9, "slow_k": 3, "slow_d": 3}],
)
