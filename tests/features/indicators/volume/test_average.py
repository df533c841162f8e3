"""Mean volumes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_means(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    for period in (5, 10, 20, 50):
        agree(some, f"volume_sma_{period}", textbook.sma(some["volume"], period))
