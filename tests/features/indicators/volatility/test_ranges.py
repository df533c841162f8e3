"""Average range and Chaikin's volatility against their textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_average_range(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(some, "adr_14", textbook.sma(some["high"] - some["low"], 14))


def test_chaikin_volatility(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    mean = textbook.ema(some["high"] - some["low"], 10)
    agree(some, "cvi_10", 100 * (mean / textbook.shift(mean, 10) - 1))
