"""Places in channels, and z-scores."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


def test_places(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace, column: Column) -> None:
    close = some["close"]
    for period in (20, 55):
        top, bottom = textbook.highest(some["high"], period), textbook.lowest(some["low"], period)
        agree(some, f"donchian_percent_{period}", (close - bottom) / (top - bottom))
    upper, lower = column(some, "keltner_upper_20"), column(some, "keltner_lower_20")
    agree(some, "keltner_percent_20", (close - lower) / (upper - lower))


def test_zscores(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    for period in (20, 50):
        score = textbook.rolling(
            some["close"], period, lambda window: (window[-1] - np.mean(window)) / np.std(window)
        )
        agree(some, f"zscore_{period}", score)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_bounds(seed: int, column: Column) -> None:
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.05, 120)))
    bars = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": close}
    place, score = column(bars, "donchian_percent_20")[19:], column(bars, "zscore_20")[19:]
    assert (place > 0).all()
    assert (place < 1).all()
    assert (np.abs(score) <= np.sqrt(19) + 1e-9).all()  # no value of n is further out (Samuelson 1968)


@pytest.mark.parametrize(
    ("name", "neutral"), [("donchian_percent_20", 0.5), ("keltner_percent_20", 0.5), ("zscore_20", 0)]
)
def test_where_nothing_moves(name: str, neutral: float, column: Column) -> None:
    bars = {one: np.full(80, 100.3) for one in ("open", "high", "low", "close", "volume")}
    assert column(bars, name)[-1] == neutral
