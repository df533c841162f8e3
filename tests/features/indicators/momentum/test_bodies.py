"""Qstick and the intraday momentum index by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    body = some["close"] - some["open"]
    agree(some, "qstick_10", textbook.sma(body, 10))
    up = textbook.total(np.maximum(body, 0), 14)
    agree(some, "imi_14", 100 * up / textbook.total(np.abs(body), 14))


def test_bars_without_bodies_are_undecided(column: Callable[[Bars, str], np.ndarray]) -> None:
    bars = {name: np.full(20, 5.0) for name in ("open", "high", "low", "close", "volume")}
    assert column(bars, "imi_14")[-1] == 50
    assert column(bars, "qstick_10")[-1] == 0
