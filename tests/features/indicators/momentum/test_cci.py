"""Lambert's CCI by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    typical = textbook.typical(some)
    for period in (14, 20):
        mean = textbook.sma(typical, period)
        deviation = textbook.rolling(
            typical, period, lambda window: np.mean(np.abs(window - np.mean(window)))
        )
        agree(some, f"cci_{period}", (typical - mean) / (0.015 * deviation))
