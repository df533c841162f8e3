"""The ultimate oscillator by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    pressure = some["close"] - np.minimum(some["low"], textbook.shift(some["close"]))
    ranges = textbook.true_range(some)
    share = {
        period: textbook.total(pressure, period) / textbook.total(ranges, period) for period in (7, 14, 28)
    }
    agree(some, "ultosc", 100 * (4 * share[7] + 2 * share[14] + share[28]) / 7)
