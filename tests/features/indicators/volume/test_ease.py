"""Ease of movement and market facilitation against their textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_ease(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    middle = (some["high"] + some["low"]) / 2
    box = some["volume"] / (some["high"] - some["low"])
    agree(some, "emv_14", textbook.sma((middle - textbook.shift(middle)) / box, 14))


def test_facilitation(some: Bars, agree: Callable[..., None]) -> None:
    agree(some, "marketfi", (some["high"] - some["low"]) / some["volume"])


def test_untraded_bars_count_as_nothing(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    quiet = {**some, "volume": np.zeros(400)}
    assert (column(quiet, "emv_14")[14:] == 0).all()
    assert (column(quiet, "marketfi") == 0).all()
