from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold

from ml_analytics.core.errors import ParameterError
from ml_analytics.data import PurgedKFold


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(2, 80),
    n_splits=st.integers(2, 7),
    horizon=st.integers(0, 6),
    embargo=st.integers(0, 5),
    per_bar=st.integers(1, 3),
)
def test_laws(n: Any, n_splits: Any, horizon: Any, embargo: Any, per_bar: Any) -> None:
    times = pd.date_range("2020-01-01", periods=n, freq="h", tz="UTC").repeat(per_bar)
    splitter = PurgedKFold(n_splits, horizon, embargo)
    try:
        folds = list(splitter.split(pd.DataFrame({"x": np.zeros(len(times))}, index=times)))
    except ParameterError:
        assume(False)
    assert len(folds) == splitter.get_n_splits()
    np.testing.assert_array_equal(np.concatenate([test for _, test in folds]), np.arange(len(times)))
    bars = np.arange(n).repeat(per_bar)
    for train, test in folds:
        assert len(train) and not np.intersect1d(train, test).size
        first, last = bars[test].min(), bars[test].max()
        for start in np.unique(bars[train]):  # brute force: spans [t, t + horizon] as sets of bars
            span = set(range(start, start + horizon + 1))
            assert not span & set(range(first, last + horizon + 1))
            assert not last < start <= last + horizon + embargo


def test_purges_no_more_than_needed() -> None:
    train, test = list(PurgedKFold(5, horizon=2, embargo=3).split(np.zeros(50)))[2]
    assert (test[0], test[-1]) == (20, 29)
    assert train.tolist() == [*range(18), *range(35, 50)]


def test_without_horizon_it_equals_scikit_learn() -> None:
    for ours, theirs in zip(PurgedKFold(4).split(np.zeros(40)), KFold(4).split(np.zeros(40)), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_refusals() -> None:
    with pytest.raises(ParameterError, match="'n_splits' parameter of PurgedKFold"):
        PurgedKFold(1)
    with pytest.raises(ParameterError, match="at least 5 bars"):
        list(PurgedKFold(5).split(np.zeros(4)))
    with pytest.raises(ParameterError, match="'horizon'"):
        list(PurgedKFold(2, horizon=9).split(np.zeros(10)))
