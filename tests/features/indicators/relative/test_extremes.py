"""Drawdowns, run-ups, and the age of the extremes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


def test_by_windows(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    for period in (20, 50, 200):
        agree(some, f"drawdown_{period}", close / textbook.highest(some["high"], period) - 1)
        agree(some, f"runup_{period}", close / textbook.lowest(some["low"], period) - 1)
    for period in (50, 200):
        age = textbook.rolling(
            some["high"], period + 1, lambda window: np.argmax(window[::-1]) / (len(window) - 1)
        )
        agree(some, f"since_high_{period}", age)
        age = textbook.rolling(
            some["low"], period + 1, lambda window: np.argmin(window[::-1]) / (len(window) - 1)
        )
        agree(some, f"since_low_{period}", age)


def test_of_equal_highs_the_newest_counts(column: Column) -> None:
    bars = {name: np.full(80, 7.0) for name in ("open", "high", "low", "close", "volume")}
    assert column(bars, "since_high_50")[-1] == column(bars, "since_low_50")[-1] == 0


def test_signs(some: Bars, column: Column) -> None:
    assert np.nanmax(column(some, "drawdown_50")) <= 0 <= np.nanmin(column(some, "runup_50"))
