"""The Coppock curve by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close, shift = some["close"], textbook.shift
    agree(some, "coppock", textbook.wma(100 * (close / shift(close, 11) + close / shift(close, 14) - 2), 10))
