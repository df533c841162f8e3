"""Realised variance and bipower variation against loops, and what they estimate."""

from __future__ import annotations

from itertools import pairwise
from math import pi
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import realised_variation


def ticks(moves: np.ndarray) -> pd.DataFrame:
    """Trades of one second each whose log returns are ``moves``, and one more to end the last interval."""
    price = 100 * np.exp(np.concatenate([[0.0], np.cumsum(moves), [np.sum(moves)]]))
    at = pd.date_range("2024-01-01", periods=len(price), freq="s", tz="UTC")
    return pd.DataFrame({"price": price, "qty": 1.0}, index=at)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-0.05, 0.05), min_size=1, max_size=25), st.integers(2, 6))
def test_both_are_those_of_a_loop(moves: list[float], window: int) -> None:
    found = realised_variation(ticks(np.array(moves)), "1s", window)
    assert len(found) == len(moves) + 1
    for row in range(len(found)):
        part = moves[max(0, row - window) : row]
        if len(part) < window:
            assert found.iloc[row].isna().all()
            continue
        rv = sum(move * move for move in part)
        bv = pi / 2 * window / (window - 1) * sum(abs(a) * abs(b) for a, b in pairwise(part))
        assert found.iloc[row].tolist() == pytest.approx([rv, bv], abs=1e-14)


def test_without_jumps_both_estimate_the_variance_and_with_one_only_the_bipower_does() -> None:
    moves = np.random.default_rng(0).normal(0, 1e-3, 20_000)
    true = 20_000 * 1e-6
    calm = realised_variation(ticks(moves), "1s", 20_000).iloc[-1]
    assert calm.tolist() == pytest.approx([true, true], rel=0.03)
    moves[10_000] += 0.1
    jumped = realised_variation(ticks(moves), "1s", 20_000).iloc[-1]
    assert jumped["realised_variance"] == pytest.approx(true + 0.01, rel=0.03)
    assert jumped["bipower_variation"] == pytest.approx(true, rel=0.05)


def test_the_level_of_prices_and_the_direction_of_time_and_price_do_not_matter() -> None:
    moves = np.random.default_rng(1).normal(0, 1e-3, 30)
    found = realised_variation(ticks(moves), "1s", 30).iloc[-1]
    dearer = ticks(moves).assign(price=lambda t: 1e6 * t["price"])
    for other in (dearer, ticks(-moves), ticks(moves[::-1])):
        assert realised_variation(other, "1s", 30).iloc[-1].tolist() == pytest.approx(
            found.tolist(), rel=1e-9
        )


def test_quotes_give_their_mid_and_polars_its_kind(quotes: Any) -> None:
    mid = pd.DataFrame({"price": (quotes["bid"] + quotes["ask"]) / 2})
    expected = realised_variation(mid, "1s", 5)
    pd.testing.assert_frame_equal(realised_variation(quotes, "1s", 5), expected)
    found = realised_variation(pl.from_pandas(quotes.reset_index()), "1s", 5)
    assert isinstance(found, pl.DataFrame) and found.height == len(expected)
    with pytest.raises(ParameterError, match="The 'window' parameter of realised_variation"):
        realised_variation(quotes, "1s", 1)
