"""The true strength index by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.diff(some["close"], prepend=np.nan)

    def smooth(values: np.ndarray) -> np.ndarray:
        twice: np.ndarray = textbook.ema(textbook.ema(values, 25), 13)
        return twice

    agree(some, "tsi", 100 * smooth(move) / smooth(np.abs(move)))


def test_a_market_that_only_rises_is_of_full_strength(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = np.cumsum(np.random.default_rng(0).uniform(0.1, 1, 100))
    bars = dict.fromkeys(("open", "high", "low", "close", "volume"), close)
    np.testing.assert_allclose(column(bars, "tsi")[37:], 100)
