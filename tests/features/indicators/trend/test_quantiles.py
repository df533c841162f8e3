"""Median and tenths of a window against NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features import catalogue
from ml_analytics.features.indicator import Bars

BY_FAMILY = {one.family: one for one in catalogue("trend")}


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    agree(some, "median_30", textbook.rolling(close, 30, np.median))
    agree(some, "lower_tenth_30", textbook.rolling(close, 30, lambda window: np.quantile(window, 0.1)))
    agree(some, "upper_tenth_30", textbook.rolling(close, 30, lambda window: np.quantile(window, 0.9)))


@settings(max_examples=40, deadline=None)
@given(period=st.integers(2, 60), seed=st.integers(0, 2**32 - 1))
def test_any_period_and_ties(period: int, seed: int) -> None:
    close = np.random.default_rng(seed).integers(1, 9, 120).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(close, period)
    for family, shares in (("median", (0.5,)), ("quantile", (0.1, 0.9))):
        made = BY_FAMILY[family].with_parameters(period=period).values({"close": close})
        for values, share in zip(made.values(), shares, strict=True):
            np.testing.assert_allclose(values[period - 1 :], np.quantile(windows, share, axis=1), rtol=1e-12)


def test_one_outlier_does_not_move_the_median(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    spiked = {**some, "close": some["close"].copy()}
    spiked["close"][200] *= 1000
    moved = np.abs(column(spiked, "median_30") / column(some, "median_30") - 1)
    assert np.nanmax(moved) < 0.02
