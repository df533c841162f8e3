"""Relative vigour index by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    def smooth(values: np.ndarray) -> np.ndarray:
        one, two, three = (textbook.shift(values, back) for back in (1, 2, 3))
        mean: np.ndarray = (values + 2 * one + 2 * two + three) / 6
        return mean

    gains = textbook.total(smooth(some["close"] - some["open"]), 14)
    line = gains / textbook.total(smooth(some["high"] - some["low"]), 14)
    agree(some, "rvgi_14", line, exactly_known=False)
    agree(some, "rvgi_signal_14", smooth(line))


def test_bars_that_close_at_their_high_are_of_full_vigour(
    column: Callable[[Bars, str], np.ndarray],
) -> None:
    low = np.random.default_rng(0).uniform(90, 100, 60)
    high = low + np.random.default_rng(1).uniform(1, 2, 60)
    bars = {"open": low, "high": high, "low": low, "close": high}
    np.testing.assert_allclose(column(bars, "rvgi_14")[19:], 1)
    np.testing.assert_allclose(column({**bars, "open": high, "close": low}, "rvgi_signal_14")[19:], -1)
