"""The detrended price oscillator against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(some, "dpo_20", textbook.shift(some["close"], 11) - textbook.sma(some["close"], 20))


def test_a_trend_is_taken_out(column: Callable[[Bars, str], np.ndarray]) -> None:
    """Of a straight line a constant is left: the lag of the average less that of the close."""
    close = 100 + 0.5 * np.arange(100.0)
    bars = dict.fromkeys(("open", "high", "low", "close", "volume"), close)
    np.testing.assert_allclose(column(bars, "dpo_20")[19:], 0.5 * (9.5 - 11))
