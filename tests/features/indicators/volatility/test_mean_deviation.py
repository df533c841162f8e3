"""Mean absolute deviation by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(
        some,
        "mad_30",
        textbook.rolling(some["close"], 30, lambda window: np.mean(np.abs(window - window.mean()))),
    )


def test_never_above_the_standard_deviation(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    spread = np.lib.stride_tricks.sliding_window_view(some["close"], 30).std(axis=1)
    assert (column(some, "mad_30")[29:] <= spread + 1e-9).all()
