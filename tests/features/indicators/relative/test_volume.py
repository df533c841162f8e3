"""Volume beside its mean."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


def test_over_the_mean(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(some, "volume_to_sma_20", some["volume"] / textbook.sma(some["volume"], 20))


def test_a_giant_leaves_nothing_behind(column: Column) -> None:
    volume = np.ones(60)
    volume[10] = 1e18
    bars = {name: np.ones(60) for name in ("open", "high", "low", "close")} | {"volume": volume}
    assert (column(bars, "volume_to_sma_20")[30:] == 1).all()


def test_one_where_nothing_was_traded(column: Column) -> None:
    bars = {name: np.ones(30) for name in ("open", "high", "low", "close")} | {"volume": np.zeros(30)}
    assert column(bars, "volume_to_sma_20")[-1] == 1
