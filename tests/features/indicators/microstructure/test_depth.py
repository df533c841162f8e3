"""Depth against its definition."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_depth(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    ranges = np.log(some["high"] / some["low"])
    agree(some, "depth_20", textbook.total(some["volume"], 20) / textbook.total(ranges, 20))


def test_no_range_tells_nothing(column: Callable[[Bars, str], np.ndarray]) -> None:
    bars = {**dict.fromkeys(("open", "high", "low", "close"), np.full(40, 3.3)), "volume": np.ones(40)}
    assert (column(bars, "depth_20")[19:] == 0).all()
