"""Rate of change and momentum: one division, one difference."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    for period in (1, 5, 10, 20):
        agree(some, f"roc_{period}", 100 * (close / textbook.shift(close, period) - 1))
    agree(some, "mom_10", close - textbook.shift(close, 10))
