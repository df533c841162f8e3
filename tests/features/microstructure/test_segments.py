"""Sums over runs of rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.microstructure.segments import bars_of, run_sums
from ml_analytics.features.microstructure.ticks import Trades


@given(st.lists(st.integers(0, 20), min_size=2, max_size=12))
def test_sums_of_runs_with_empty_ones_among_them(cuts: list[int]) -> None:
    at, values = np.array(sorted(cuts)), np.arange(20.0) ** 2
    expected = [values[left:right].sum() for left, right in pairwise(at)]
    assert run_sums(values, at).tolist() == expected


def test_no_bar_has_all_columns() -> None:
    nothing = Trades(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), None)
    found = bars_of(nothing, np.zeros(0, np.int8), np.zeros(0, np.int64), 0)
    names = ["open", "high", "low", "close", "volume", "vwap", "trades", "buy_volume"]
    assert list(found) == names and all(len(one) == 0 for one in found.values())
