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


def test_off_its_own_line(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    end = textbook.rolling(
        some["close"], 9, lambda window: np.polyval(np.polyfit(np.arange(9), window, 1), 8)
    )
    agree(some, "cfo_9", 100 * (1 - end / some["close"]))
