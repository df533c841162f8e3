"""Psychological line by counting."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_counting(some: Bars, agree: Callable[..., None]) -> None:
    close = some["close"]
    expected = np.full(len(close), np.nan)
    for t in range(12, len(close)):
        expected[t] = sum(close[i] > close[i - 1] for i in range(t - 11, t + 1)) / 12 * 100
    agree(some, "psl_12", expected)


def test_a_rise_is_all_and_standing_still_is_none(
    column: Callable[[Bars, str], np.ndarray], textbook: SimpleNamespace
) -> None:
    assert (column({"close": np.arange(1.0, 50)}, "psl_12")[12:] == 100).all()
    assert not column({"close": np.full(50, 3.0)}, "psl_12")[12:].any()
