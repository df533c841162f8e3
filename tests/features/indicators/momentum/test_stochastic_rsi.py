"""The stochastic RSI by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(
    some: Bars,
    agree: Callable[..., None],
    column: Callable[[Bars, str], np.ndarray],
    textbook: SimpleNamespace,
) -> None:
    strength = column(some, "rsi_14")
    low, high = textbook.lowest(strength, 14), textbook.highest(strength, 14)
    place = 100 * (strength - low) / (high - low)
    agree(some, "stochrsi_k", place, exactly_known=False)
    agree(some, "stochrsi_d", textbook.sma(place, 3))
    line = textbook.sma(place, 3)
    agree(some, "stochrsi_slow_k", line, exactly_known=False)
    agree(some, "stochrsi_slow_d", textbook.sma(line, 3))


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {"close": 5000 - some["close"]}
    for name in ("stochrsi_slow_k", "stochrsi_slow_d"):
        np.testing.assert_allclose(column(turned, name), 100 - column(some, name), atol=1e-6)
