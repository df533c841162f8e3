"""Wilder's RSI by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.diff(some["close"], prepend=np.nan)
    for period in (2, 7, 14, 21):
        up, down = (textbook.rma(np.maximum(way * move, 0), period) for way in (1, -1))
        agree(some, f"rsi_{period}", 100 * up / (up + down))


def test_the_other_way_up_it_is_the_rest_of_a_hundred(
    some: Bars, column: Callable[[Bars, str], np.ndarray]
) -> None:
    turned = {name: 1e4 - values for name, values in some.items()}
    np.testing.assert_allclose(column(turned, "rsi_14"), 100 - column(some, "rsi_14"), rtol=1e-9)
