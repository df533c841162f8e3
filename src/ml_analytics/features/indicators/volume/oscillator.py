"""Percentage volume oscillator: whether volume is growing."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step

_STILL = 1e-14
"""TA-Lib takes a slow average below this for none."""


def volume_oscillator(volume: Array, fast: int, slow: int) -> Array:
    """Fast over slow exponential average of the volume, less one, in percent; 0 where nothing was traded."""
    return ta.PVO(volume, fastperiod=fast, slowperiod=slow, matype=1)


def volume_oscillator_stepper(fast: int, slow: int) -> Step:
    """Return the step of :func:`volume_oscillator`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_fast, of_slow = state or (0.0, 0.0)
        of_fast = _average(of_fast, recent, fast)
        of_slow = _average(of_slow, recent, slow)
        still = abs(of_slow) < _STILL
        return (of_fast, of_slow), 0.0 if still else (of_fast - of_slow) / of_slow * 100.0

    return step


def _average(state: float, recent: Recent, period: int) -> float:
    """Return the sum of the first ``period`` volumes so far, then the average, in TA-Lib's rounding."""
    volume = recent.volume[-1]
    if recent.bar < period:
        state += volume
        return state / period if recent.bar == period - 1 else state
    new = 1.0 - (period - 1) / (period + 1)
    return new * volume + (1.0 - new) * state


INDICATORS = declare(
    "pvo",
    "volume",
    ["pvo"],
    ["volume"],
    volume_oscillator,
    stepper=volume_oscillator_stepper,
    warm_up=lambda fast, slow: max(fast, slow) - 1,
    unit="percent",
    formula="100 (ema(volume, {fast}) - ema(volume, {slow})) / ema(volume, {slow})",
    source="TA-Lib PVO",
    aliases=["volume_oscillator"],
    over=[{"fast": 12, "slow": 26}],
)
