"""The balance of power: a division."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars


def test_body_over_range(some: Bars, agree: Callable[..., None]) -> None:
    agree(some, "bop", (some["close"] - some["open"]) / (some["high"] - some["low"]))


def test_a_bar_without_a_range_has_no_balance(column: Callable[[Bars, str], np.ndarray]) -> None:
    bars = {name: np.array([5.0, 5.0]) for name in ("open", "high", "low", "close", "volume")}
    assert column(bars, "bop").tolist() == [0.0, 0.0]
