"""Pivots against their definition, and the laws of what is held from them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.patterns.pivots import age, ages, find_pivots, held, spans
from ml_analytics.features.stepping import Recent
from ml_analytics.features.stepping.pivots import pivots

ticks = st.lists(st.integers(1, 6), min_size=1, max_size=60)


@given(prices=ticks, k=st.integers(1, 7))
def test_a_pivot_is_beyond_its_neighbours(prices: list[int], k: int) -> None:
    price = np.array(prices, dtype=np.float64)
    highs, lows = find_pivots(price, price + 0.5, k)
    for p in range(len(prices)):
        whole = k <= p < len(prices) - k
        before, after = prices[max(p - k, 0) : p], prices[p + 1 : p + k + 1]
        assert highs[p] == (whole and prices[p] > max(before) and prices[p] >= max(after)), p
        assert lows[p] == (whole and prices[p] < min(before) and prices[p] <= min(after)), p


@given(prices=ticks, k=st.integers(1, 7))
def test_bar_by_bar_a_pivot_is_told_k_bars_later(prices: list[int], k: int) -> None:
    price = np.array(prices, dtype=np.float64)
    recent, told = Recent(2 * k + 1), []
    for value in price.tolist():
        recent.push((value, value, value, value, 0.0))
        told.append(pivots(recent, k))
    highs, lows = find_pivots(price, price, k)
    assert [one for one, _ in told[k:]] == highs[: max(len(price) - k, 0)].tolist()
    assert [one for _, one in told[k:]] == lows[: max(len(price) - k, 0)].tolist()


@pytest.mark.parametrize("k", [2, 5, 10])
def test_turned_upside_down_highs_are_lows(
    k: int, walk: Callable[..., Bars], mirrored: Callable[[Bars], Bars]
) -> None:
    bars = walk(k)
    turned = mirrored(bars)
    highs, lows = find_pivots(bars["high"], bars["low"], k)
    turned_highs, turned_lows = find_pivots(turned["high"], turned["low"], k)
    np.testing.assert_array_equal(highs, turned_lows)
    np.testing.assert_array_equal(lows, turned_highs)
    assert highs.sum() > 3


def test_of_equal_highs_the_first_is_the_pivot() -> None:
    price = np.array([1.0, 1, 2, 2, 2, 1, 1, 1])
    assert np.flatnonzero(find_pivots(price, price, 2)[0]).tolist() == [2]
    assert not np.any(find_pivots(np.ones(20), np.ones(20), 3))


@given(known=st.sets(st.integers(0, 30)), length=st.integers(31, 40))
def test_what_is_held_is_the_newest_known(known: set[int], length: int) -> None:
    at = np.array(sorted(known), dtype=np.intp)
    made = held(at.astype(np.float64) * 2, spans(at, length), before=-1.0)
    assert made.tolist() == [
        max((2.0 * one for one in known if one <= t), default=-1.0) for t in range(length)
    ]


@given(known=st.sets(st.integers(0, 400)), k=st.integers(0, 5))
def test_ages_grow_to_one(known: set[int], k: int) -> None:
    at = np.array(sorted(known), dtype=np.intp)
    made = ages(at, spans(at + k, 800), np.arange(800.0))
    for t, value in enumerate(made.tolist()):
        newest = max((one for one in known if one + k <= t), default=None)
        assert value == (1.0 if newest is None else age(newest, t))
        assert value == pytest.approx(1.0 if newest is None else min(t - newest, 250) / 250)
