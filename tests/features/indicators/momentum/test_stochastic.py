"""The stochastic oscillators by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def raw(textbook: SimpleNamespace, bars: Bars, period: int) -> np.ndarray:
    top, bottom = textbook.highest(bars["high"], period), textbook.lowest(bars["low"], period)
    place: np.ndarray = 100 * (bars["close"] - bottom) / (top - bottom)
    return place


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    slow = textbook.sma(raw(textbook, some, 14), 3)
    agree(some, "stoch_k", slow, exactly_known=False)
    agree(some, "stoch_d", textbook.sma(slow, 3))
    fast = raw(textbook, some, 5)
    agree(some, "stochf_k", fast, exactly_known=False)
    agree(some, "stochf_d", textbook.sma(fast, 3))


def test_williams_is_the_stochastic_from_above(
    some: Bars, agree: Callable[..., None], textbook: SimpleNamespace
) -> None:
    for period in (7, 14, 28):
        agree(some, f"willr_{period}", raw(textbook, some, period) - 100)
