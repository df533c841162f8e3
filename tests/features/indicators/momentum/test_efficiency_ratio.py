"""Kaufman's efficiency ratio by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    ratio = textbook.rolling(
        some["close"], 11, lambda window: abs(window[-1] - window[0]) / np.abs(np.diff(window)).sum()
    )
    agree(some, "er_10", ratio)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_one_for_a_straight_way_less_for_any_other(
    seed: int, column: Callable[[Bars, str], np.ndarray]
) -> None:
    steps = np.random.default_rng(seed).uniform(0.1, 1, 40)
    wandering = steps * np.resize([1, -0.5], 40)
    for way, straight in ((steps, True), (wandering, False)):
        close = 100 + np.cumsum(way)
        ratio = column(dict.fromkeys(("open", "high", "low", "close", "volume"), close), "er_10")[10:]
        assert (np.isclose(ratio, 1) if straight else ratio < 1).all()
