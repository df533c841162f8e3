"""The height of the bar and the gap before it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_divisions(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(some, "bar_range", (some["high"] - some["low"]) / some["close"])
    agree(some, "gap", some["open"] / textbook.shift(some["close"]) - 1)
