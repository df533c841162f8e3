"""TRIX against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    smooth = some["close"]
    for _ in range(3):
        smooth = textbook.ema(smooth, 15)
    agree(some, "trix_15", 100 * (smooth / textbook.shift(smooth) - 1))


def test_of_steady_growth_it_is_the_growth(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = 100 * np.power(1.01, np.arange(400.0))
    bars = dict.fromkeys(("open", "high", "low", "close", "volume"), close)
    np.testing.assert_allclose(column(bars, "trix_15")[-100:], 1.0, rtol=1e-6)
