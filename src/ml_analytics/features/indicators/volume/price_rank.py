"""Price volume rank: whether price and volume rose, as one of four ranks (Macek 1994)."""

from __future__ import annotations

import numpy as np

from ...indicator import Array, declare
from ...stepping import Recent, State, Step


def price_volume_rank(close: Array, volume: Array) -> Array:
    """1: both rose or stood; 2: the price alone; 3: the volume alone; 4: both fell."""
    ranks = np.full(len(close), np.nan)
    ranks[1:] = 1.0 + 2.0 * (close[1:] < close[:-1]) + (volume[1:] < volume[:-1])
    return ranks


def price_volume_rank_stepper() -> Step:
    """Return the step of :func:`price_volume_rank`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return None, 0.0
        close, volume = recent.close, recent.volume
        return None, 1.0 + 2.0 * (close[-1] < close[-2]) + (volume[-1] < volume[-2])

    return step


INDICATORS = declare(
    "pvr",
    "volume",
    ["pvr"],
    ["close", "volume"],
    price_volume_rank,
    stepper=price_volume_rank_stepper,
    warm_up=1,
    unit="signal",
    formula="1 + 2 * (close[t] < close[t-1]) + (volume[t] < volume[t-1])",
    source="Macek 1994, Stocks & Commodities 12; own, TA-Lib has none",
    optional=True,
)
