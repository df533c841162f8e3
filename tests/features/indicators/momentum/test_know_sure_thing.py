"""Know sure thing by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    def part(back: int, over: int) -> np.ndarray:
        change = 100 * (some["close"] / textbook.shift(some["close"], back) - 1)
        mean: np.ndarray = textbook.sma(change, over)
        return mean

    line = part(10, 10) + 2 * part(15, 10) + 3 * part(20, 10) + 4 * part(30, 15)
    agree(some, "kst", line, exactly_known=False)
    agree(some, "kst_signal", textbook.sma(line, 9))


def test_steady_growth_is_known_surely(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = 100 * 1.01 ** np.arange(100.0)
    expected = 100 * sum(weight * (1.01**back - 1) for weight, back in ((1, 10), (2, 15), (3, 20), (4, 30)))
    for name in ("kst", "kst_signal"):
        np.testing.assert_allclose(column({"close": close}, name)[60:], expected)
