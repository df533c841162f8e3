"""Cuts stand where leaks are known to show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.cuts import choose_cuts
from ml_analytics.features.under_test import read_under_test


@pytest.mark.parametrize("seed", range(5))
def test_the_ends_of_periods_are_cut(make_bars: Callable[..., pd.DataFrame], seed: int) -> None:
    frame = make_bars(3000).set_axis(pd.date_range("2023-11-30", periods=3000, freq="6h", tz="UTC"))
    cuts, deep = choose_cuts(read_under_test(frame, "test"), 1, np.random.default_rng(seed))
    days, after = frame.index[list(cuts)], frame.index[[cut + 1 for cut in cuts]]
    assert isinstance(days, pd.DatetimeIndex) and isinstance(after, pd.DatetimeIndex)
    assert (days.day != after.day).any() and (days.month != after.month).any()
    assert (days.year != after.year).any() and ((days.day_of_week == 6) & (after.day_of_week == 0)).any()
    assert {0, 1, 3, 7, 2998, 2995, 2983} <= set(cuts) and deep < set(cuts)


def test_the_bar_after_the_largest_move_is_cut(make_bars: Callable[..., pd.DataFrame]) -> None:
    frame = make_bars(500)
    frame.iloc[321:, :4] *= 3
    for seed in range(5):
        assert 321 in choose_cuts(read_under_test(frame, "test"), 1, np.random.default_rng(seed))[1]
    short = frame.iloc[:400].assign(symbol="short", close=1.0)
    both = read_under_test(pd.concat([frame[100:].assign(symbol="long"), short]), "test")
    assert 321 in choose_cuts(both, 1, np.random.default_rng(0))[1], "counted over the times of all symbols"


@settings(max_examples=50, deadline=None)
@given(length=st.integers(20, 2000), count=st.integers(1, 30), seed=st.integers(0, 99))
def test_each_cut_leaves_a_bar_to_hide(
    make_bars: Callable[..., pd.DataFrame], length: int, count: int, seed: int
) -> None:
    bars = read_under_test(make_bars(length), "test")
    cuts, deep = choose_cuts(bars, count, np.random.default_rng(seed))
    assert cuts == tuple(sorted(set(cuts))) and deep <= set(cuts)
    assert cuts[0] >= 0 and cuts[-1] == length - 2
    assert len(deep) <= count + 1
