"""Supertrend against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def supertrend(bars: Bars, ranges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    middle, close = (bars["high"] + bars["low"]) / 2, bars["close"]
    line, side = (np.full(len(close), np.nan) for _ in range(2))
    upper, lower, rising = np.inf, -np.inf, True
    for t in range(10, len(close)):
        above, below = middle[t] + 3 * ranges[t], middle[t] - 3 * ranges[t]
        upper = above if close[t - 1] > upper else min(above, upper)
        lower = below if close[t - 1] < lower else max(below, lower)
        if (rising and close[t] < lower) or (not rising and close[t] > upper):
            rising = not rising
        line[t], side[t] = (lower, 1) if rising else (upper, -1)
    return line, side


def test_supertrend(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    line, side = supertrend(some, textbook.rma(textbook.true_range(some), 10))
    assert {-1, 1} == set(side[10:])
    agree(some, "supertrend_10", line)
    agree(some, "supertrend_direction_10", side)
