"""Ulcer index against its definition."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_ulcer_index(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    drawdown = 100 * (close / textbook.highest(close, 14) - 1)
    agree(some, "ulcer_index_14", np.sqrt(textbook.sma(drawdown**2, 14)))


def test_none_while_it_rises(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = np.linspace(50, 90, 60)
    made = column(dict.fromkeys(("open", "high", "low", "close", "volume"), close), "ulcer_index_14")
    assert (made[26:] == 0).all()
