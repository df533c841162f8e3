"""The parabolic stop against Wilder's rules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars


def parabolic(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Wilder's rules: a stop that is moved towards the extreme, never into the last two bars."""
    out = np.full(len(high), np.nan)
    rising = not (low[0] - low[1] > max(high[1] - high[0], 0))
    stop, extreme, pace = (low[0], high[1], 0.02) if rising else (high[0], low[1], 0.02)
    for t in range(1, len(high)):
        if (rising and low[t] <= stop) or (not rising and high[t] >= stop):
            rising = not rising
            stop, extreme, pace = extreme, (high[t] if rising else low[t]), 0.02
            near = slice(max(t - 1, 1), t + 1)
            out[t] = min(stop, *low[near]) if rising else max(stop, *high[near])
            stop = out[t]
        else:
            out[t] = stop
            further = high[t] > extreme if rising else low[t] < extreme
            if further:
                extreme, pace = (high[t] if rising else low[t]), min(pace + 0.02, 0.2)
        near = slice(max(t - 1, 1), t + 1)
        stop += pace * (extreme - stop)
        stop = min(stop, *low[near]) if rising else max(stop, *high[near])
    return out


def test_parabolic_stop(some: Bars, agree: Callable[..., None]) -> None:
    agree(some, "psar", parabolic(some["high"], some["low"]))
