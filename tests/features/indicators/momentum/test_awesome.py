"""The awesome oscillator and its acceleration by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    middle = (some["high"] + some["low"]) / 2
    oscillator = textbook.sma(middle, 5) - textbook.sma(middle, 34)
    agree(some, "ao", oscillator)
    agree(some, "ac", oscillator - textbook.sma(oscillator, 5))
