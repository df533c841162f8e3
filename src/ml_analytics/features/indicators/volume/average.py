"""Average volume."""

from __future__ import annotations

from ... import stepping, ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step


def volume_sma(volume: Array, period: int) -> Array:
    """Mean volume of the last ``period`` bars."""
    return ta.SMA(volume, timeperiod=period)


def volume_sma_stepper(period: int) -> Step:
    """Return the step of :func:`volume_sma`."""
    push = stepping.sma(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        volume = recent.volume
        return push(state, volume[-1], volume[-period] if recent.bar >= period - 1 else 0.0)

    return step


INDICATORS = declare(
    "volume_sma",
    "volume",
    ["volume_sma_{period}"],
    ["volume"],
    volume_sma,
    stepper=volume_sma_stepper,
    warm_up=lambda period: period - 1,
    unit="volume",
    formula="mean(volume, {period})",
    source="TA-Lib SMA",
    over=periods(5, 10, 20, 50),
)
