"""Fisher's transform by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    middle = (some["high"] + some["low"]) / 2
    low, high = textbook.lowest(middle, 9), textbook.highest(middle, 9)
    expected, smooth, value = np.full(len(middle), np.nan), 0.0, 0.0
    for t in range(8, len(middle)):
        place = (middle[t] - low[t]) / (high[t] - low[t])
        smooth = float(0.33 * 2 * (place - 0.5) + 0.67 * smooth)
        smooth = smooth if abs(smooth) <= 0.99 else float(np.copysign(0.999, smooth))
        value = float(np.arctanh(smooth)) + 0.5 * value
        expected[t] = value
    agree(some, "fisher_9", expected, exactly_known=False)
    agree(some, "fisher_signal_9", textbook.shift(expected))


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {"high": 5000 - some["low"], "low": 5000 - some["high"], "close": 5000 - some["close"]}
    np.testing.assert_allclose(column(turned, "fisher_9"), -column(some, "fisher_9"), rtol=1e-7, atol=1e-9)


def test_no_range_is_the_middle(column: Callable[[Bars, str], np.ndarray]) -> None:
    still = dict.fromkeys(("high", "low", "close"), np.full(50, 100.1))
    assert not column(still, "fisher_9")[9:].any()
