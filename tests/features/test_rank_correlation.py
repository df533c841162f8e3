"""Rank correlations beside pandas, with and without gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.rank_correlation import rank_correlation


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 1000), missing=st.just(0.0) | st.floats(0.0, 0.6))
def test_correlations_are_those_of_pandas(seed: int, missing: float) -> None:
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(150, 5)).round(1)  # with ties
    values[:, 1] += values[:, 0]
    values[generator.uniform(size=values.shape) < missing] = np.nan
    expected = pd.DataFrame(values).rank().corr(min_periods=30).to_numpy()
    np.testing.assert_allclose(rank_correlation(values, 30), np.where(np.eye(5), 1.0, expected), atol=1e-9)


def test_a_gap_elsewhere_changes_nothing_for_a_pair() -> None:
    values = np.random.default_rng(0).normal(size=(300, 3)).round(1)
    holed = values.copy()
    holed[7, 2] = np.nan
    assert rank_correlation(values)[0, 1] == rank_correlation(holed)[0, 1]


def test_a_copy_on_another_scale_is_a_copy() -> None:
    x = np.random.default_rng(0).normal(size=300)
    assert rank_correlation(np.column_stack([x, -np.exp(x)]))[0, 1] == -1


def test_what_cannot_be_compared_is_nan() -> None:
    rising = np.arange(20.0)
    early, late = np.where(rising < 10, rising, np.nan), np.where(rising < 10, np.nan, rising)
    flat = np.zeros(20)
    with_gaps = rank_correlation(np.column_stack([rising, early, late, flat]))
    assert np.isnan(with_gaps[1, 2]) and np.isnan(with_gaps[3, :3]).all() and with_gaps[0, 1] == 1
    complete = rank_correlation(np.column_stack([rising, flat]))
    assert np.isnan(complete[0, 1]) and complete[1, 1] == 1
    assert np.isnan(rank_correlation(np.column_stack([rising, -rising]), 21)[0, 1])
