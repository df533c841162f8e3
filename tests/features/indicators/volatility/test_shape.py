"""Skewness and kurtosis of windows against SciPy's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from scipy import stats

from ml_analytics.features.indicator import Bars


def test_against_scipy(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    def skew(window: np.ndarray) -> float:
        return float(stats.skew(window, bias=False))

    def kurtosis(window: np.ndarray) -> float:
        return float(stats.kurtosis(window, bias=False))

    close = some["close"]
    returns = np.log(close / textbook.shift(close))
    agree(some, "skew_30", textbook.rolling(close, 30, skew))
    agree(some, "kurtosis_30", textbook.rolling(close, 30, kurtosis))
    agree(some, "return_skew_50", textbook.rolling(returns, 50, skew))
    agree(some, "return_kurtosis_50", textbook.rolling(returns, 50, kurtosis))


def test_upside_down_and_moved_up(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned, moved = {"close": 5000 - some["close"]}, {"close": 700 + some["close"]}
    np.testing.assert_allclose(column(turned, "skew_30"), -column(some, "skew_30"), rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(
        column(moved, "kurtosis_30"), column(some, "kurtosis_30"), rtol=1e-8, atol=1e-9
    )


def test_a_leap_long_past_leaves_nothing_behind(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = np.random.default_rng(0).uniform(99, 101, 200)
    leapt = close.copy()
    leapt[50] = 1e12
    for name in ("skew_30", "kurtosis_30", "return_skew_50", "return_kurtosis_50"):
        np.testing.assert_array_equal(
            column({"close": leapt}, name)[110:], column({"close": close}, name)[110:]
        )
