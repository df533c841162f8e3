"""Volume beside its past against counting and NumPy."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_relative_volume(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(some, "rvol_20", some["volume"] / textbook.shift(textbook.sma(some["volume"], 20)))


def test_zscore(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(
        some,
        "volume_zscore_20",
        textbook.rolling(some["volume"], 20, lambda one: (one[-1] - one.mean()) / one.std()),
    )


def test_percentile(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    rank = textbook.rolling(some["volume"], 101, lambda one: 100 * np.mean(one[:-1] < one[-1]))
    agree(some, "volume_percentile_100", rank)


def test_steady_and_untraded(column: Callable[[Bars, str], np.ndarray]) -> None:
    price = np.full(130, 5.0)
    for volume in (0.0, 7.3):
        bars = {**dict.fromkeys(("open", "high", "low", "close"), price), "volume": np.full(130, volume)}
        assert (column(bars, "rvol_20")[20:] == 1).all()
        assert (column(bars, "volume_zscore_20")[19:] == 0).all()
        assert (column(bars, "volume_percentile_100")[100:] == 0).all()
