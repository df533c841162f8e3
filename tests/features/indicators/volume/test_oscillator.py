"""Volume oscillator against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_volume_oscillator(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    fast, slow = textbook.ema(some["volume"], 12), textbook.ema(some["volume"], 26)
    agree(some, "pvo", 100 * (fast / slow - 1))
