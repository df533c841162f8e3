"""Roll's spread against the covariance, and a planted bounce."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_spread(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.log(some["close"] / textbook.shift(some["close"]))
    for period in (20, 50):
        expected = np.full(len(move), np.nan)
        for stop in range(period + 2, len(move) + 1):
            now, before = move[stop - period : stop], move[stop - period - 1 : stop - 1]
            covariance = np.mean((now - now.mean()) * (before - before.mean()))
            expected[stop - 1] = 2 * np.sqrt(max(-covariance, 0))
        agree(some, f"roll_spread_{period}", expected)


def test_a_bounce_is_the_spread(column: Callable[[Bars, str], np.ndarray]) -> None:
    price = 100 * np.exp(0.01 * np.random.default_rng(3).choice([-0.5, 0.5], 4000))
    bars = dict.fromkeys(("open", "high", "low", "close", "volume"), price)
    for period in (20, 50):
        found = np.sqrt(np.nanmean(column(bars, f"roll_spread_{period}") ** 2))
        np.testing.assert_allclose(found, 0.01, rtol=0.1)
