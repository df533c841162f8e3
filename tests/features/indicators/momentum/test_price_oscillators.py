"""Differences of averages by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    fast, slow = textbook.ema(some["close"], 12), textbook.ema(some["close"], 26)
    agree(some, "apo", fast - slow)
    agree(some, "ppo", 100 * (fast / slow - 1))
