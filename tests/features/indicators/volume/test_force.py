"""Force index against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_force_index(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    force = (some["close"] - textbook.shift(some["close"])) * some["volume"]
    for period in (2, 13):
        agree(some, f"efi_{period}", textbook.ema(force, period))
