"""The close beside levels."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


def test_over_the_level(some: Bars, agree: Callable[..., None], column: Column) -> None:
    for name, level in (
        ("close_to_psar", "psar"),
        ("close_to_midpoint_26", "kijun_26"),
        ("close_to_senkou_a", "senkou_a"),
        ("close_to_senkou_b", "senkou_b"),
        ("close_to_vwap_20", "vwap_20"),
    ):
        agree(some, name, some["close"] / column(some, level) - 1)
    agree(some, "tenkan_to_kijun", column(some, "tenkan_9") / column(some, "kijun_26") - 1)
    agree(some, "close_to_supertrend_10", 1 - column(some, "supertrend_10") / some["close"])


def test_the_long_midpoint(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    middle = (textbook.highest(some["high"], 52) + textbook.lowest(some["low"], 52)) / 2
    agree(some, "close_to_midpoint_52", some["close"] / middle - 1)


def test_a_price_that_stands_still_is_at_its_volume_weighted_price(column: Column) -> None:
    price, volume = np.full(60, 100.1), np.resize([0.0, 3.0, 7.0], 60)
    bars = {"open": price, "high": price, "low": price, "close": price, "volume": volume}
    assert (column(bars, "close_to_vwap_20")[19:] == 0).all()
