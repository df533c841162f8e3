"""The mass index against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ml_analytics.features.indicator import Bars


def test_mass_index(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    once = textbook.ema(some["high"] - some["low"], 9)
    agree(some, "mass_index_25", textbook.total(once / textbook.ema(once, 9), 25))
