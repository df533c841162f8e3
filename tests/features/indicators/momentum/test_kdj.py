"""KDJ by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    top, bottom = textbook.highest(some["high"], 9), textbook.lowest(some["low"], 9)
    k = textbook.rma(100 * (some["close"] - bottom) / (top - bottom), 3)
    d = textbook.rma(k, 3)
    agree(some, "kdj_k", k, exactly_known=False)
    agree(some, "kdj_d", d)
    agree(some, "kdj_j", 3 * k - 2 * d)
