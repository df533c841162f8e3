"""True range and its averages against their textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_ranges(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    ranges = textbook.true_range(some)
    agree(some, "trange", ranges)
    for period in (7, 14, 21):
        mean = textbook.rma(ranges, period)
        agree(some, f"atr_{period}", mean)
        agree(some, f"natr_{period}", 100 * mean / some["close"])
