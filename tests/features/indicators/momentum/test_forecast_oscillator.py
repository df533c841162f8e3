"""The forecast oscillator by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    forecast = textbook.rolling(
        some["close"], 14, lambda window: np.polyval(np.polyfit(np.arange(14), window, 1), 14)
    )
    agree(some, "fosc_14", 100 * (1 - textbook.shift(forecast) / some["close"]))
