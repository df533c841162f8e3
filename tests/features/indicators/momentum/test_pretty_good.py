"""Pretty good oscillator by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    ranges = textbook.ema(textbook.rma(textbook.true_range(some), 14), 14)
    agree(some, "pgo_14", (some["close"] - textbook.sma(some["close"], 14)) / ranges)


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {"high": 5000 - some["low"], "low": 5000 - some["high"], "close": 5000 - some["close"]}
    np.testing.assert_allclose(column(turned, "pgo_14"), -column(some, "pgo_14"), rtol=1e-8, atol=1e-10)
