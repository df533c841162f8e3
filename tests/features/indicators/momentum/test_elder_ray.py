"""Bull power and bear power by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    average = textbook.ema(some["close"], 13)
    agree(some, "bull_power_13", some["high"] - average)
    agree(some, "bear_power_13", some["low"] - average)
