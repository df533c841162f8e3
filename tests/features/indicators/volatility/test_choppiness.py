"""Choppiness index by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    way = textbook.total(textbook.true_range(some), 14)
    reach = textbook.highest(some["high"], 14) - textbook.lowest(some["low"], 14)
    agree(some, "chop_14", 100 * np.log10(way / reach) / np.log10(14))


def test_straight_is_low_and_to_and_fro_is_full(column: Callable[[Bars, str], np.ndarray]) -> None:
    def choppy(close: np.ndarray) -> float:
        return float(column(dict.fromkeys(("high", "low", "close"), close), "chop_14")[-1])

    assert choppy(100.0 + np.arange(60)) < 3.0  # 14 steps over 13: the first one begins before the window
    np.testing.assert_allclose(choppy(100.0 + np.arange(60) % 2), 100)
    assert choppy(np.full(60, 100.1)) == 50
