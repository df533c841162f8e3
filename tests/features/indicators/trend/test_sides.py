"""On which side the market is, against the rules spelled out."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_ttm_trend(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    mean = textbook.sma((some["high"] + some["low"]) / 2, 6)
    agree(some, "ttm_trend_6", np.where(np.isnan(mean), np.nan, np.where(some["close"] > mean, 1, -1)))


def test_archer(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    fast, slow = textbook.ema(some["close"], 8), textbook.ema(some["close"], 21)
    up, down = fast > textbook.shift(fast, 2), fast < textbook.shift(fast, 2)
    before = textbook.shift(slow, 2)
    moved, unknown = slow != before, np.isnan(before)
    agree(some, "amat_long_8_21", np.where(unknown, np.nan, up & moved))
    agree(some, "amat_short_8_21", np.where(unknown, np.nan, down & moved))


def test_never_both_and_upside_down_the_other(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    long, short = column(some, "amat_long_8_21"), column(some, "amat_short_8_21")
    assert not np.nansum(long * short)
    assert 0 < np.nanmean(long) < 1
    turned = {"close": 5000 - some["close"]}
    np.testing.assert_array_equal(column(turned, "amat_long_8_21"), short)
