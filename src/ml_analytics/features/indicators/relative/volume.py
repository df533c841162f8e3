"""Volume against its own past."""

from __future__ import annotations

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep
from ...stepping.sums import window_sum, windowed_sum


def volume_to_sma(volume: Array, period: int) -> Array:
    """Volume over its mean; 1 where none of the last bars traded.

    The sums are of the window alone: a running one loses its digits after a volume that dwarfs its successors.
    """
    mean = windowed_sum(volume, period) / period
    return np.where(mean == 0, 1.0, volume / np.where(mean == 0, 1.0, mean))


def volume_to_sma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`volume_to_sma`."""
    push = window_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, total = push(state, recent.volume[-1])
        return state, recent.volume[-1] / (total / period) if total else 1.0

    return step


INDICATORS = declare(
    "volume_to_sma",
    "relative",
    ["volume_to_sma_{period}"],
    ["volume"],
    volume_to_sma,
    stepper=volume_to_sma_stepper,
    warm_up=lambda period: period - 1,
    unit="fraction",
    formula="volume / mean(volume, {period})",
    source="own; one division",
    over=periods(20),
)
