from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import TimeSeriesSplit, cross_val_score

from ml_analytics.core.errors import LeakageError, ParameterError
from ml_analytics.data import WalkForwardSplit


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(1, 80),
    n_splits=st.integers(1, 6),
    test_size=st.one_of(st.none(), st.integers(1, 10), st.floats(0.02, 0.3)),
    min_train=st.one_of(st.none(), st.integers(1, 20)),
    purge=st.integers(0, 6),
    embargo=st.integers(0, 5),
    expanding=st.booleans(),
    per_bar=st.integers(1, 3),
)
def test_laws(
    n: Any,
    n_splits: Any,
    test_size: Any,
    min_train: Any,
    purge: Any,
    embargo: Any,
    expanding: Any,
    per_bar: Any,
) -> None:
    splitter = WalkForwardSplit(n_splits, test_size, min_train, purge, embargo, expanding)
    times = pd.date_range("2020-01-01", periods=n, freq="D", tz="UTC").repeat(per_bar)
    frame = pd.DataFrame({"x": np.zeros(len(times))}, index=times)
    try:
        folds = list(splitter.split(frame))
    except ParameterError:
        assume(False)
    assert len(folds) == n_splits == splitter.get_n_splits()
    tested = np.concatenate([test for _, test in folds])
    assert len(np.unique(tested)) == len(tested), "every test row is tested at most once"
    assert (np.diff(tested) == 1).all() and tested[-1] == len(frame) - 1, "blocks lie side by side at the end"
    bars = np.arange(n).repeat(per_bar)
    for number, (train, test) in enumerate(folds):
        assert len(train) and len(test)
        assert not np.intersect1d(train, test).size
        assert (np.diff(train) > 0).all() and (np.diff(test) > 0).all()
        assert bars[train].max() + purge < bars[test].min(), "no training label's span touches the test span"
        if number == 0 and min_train is not None:
            assert len(np.unique(bars[train])) >= min_train
        for _, earlier in folds[:number]:
            after = bars[earlier].max()
            assert not ((bars[train] > after) & (bars[train] <= after + embargo)).any()


def test_without_purging_it_equals_scikit_learn() -> None:
    X = np.zeros((53, 2))
    ours = list(WalkForwardSplit(n_splits=4, purge=3).split(X))
    theirs = list(TimeSeriesSplit(n_splits=4, gap=3).split(X))
    for (train, test), (their_train, their_test) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(train, their_train)
        np.testing.assert_array_equal(test, their_test)


def test_rolling_window_keeps_its_length() -> None:
    folds = list(WalkForwardSplit(3, test_size=10, purge=2, expanding=False).split(np.zeros(60)))
    assert [len(train) for train, _ in folds] == [28, 28, 28]


def test_works_inside_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    scores = cross_val_score(LinearRegression(), X, X[:, 0], cv=WalkForwardSplit(3, purge=1))
    assert scores == pytest.approx([1.0, 1.0, 1.0])


def test_polars_times_make_bars() -> None:
    times = pd.date_range("2020-01-01", periods=10, tz="UTC").repeat(2)
    table = pl.DataFrame({"timestamp": times.to_numpy(), "x": range(20)})
    train, test = next(WalkForwardSplit(1, test_size=2, purge=1).split(table))
    assert test.tolist() == [16, 17, 18, 19]
    assert train.max() == 13


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"n_splits": 0}, "n_splits"),
        ({"n_splits": 2.0}, "n_splits"),
        ({"n_splits": True}, "n_splits"),
        ({"test_size": 0}, "test_size"),
        ({"test_size": 1.5}, "test_size"),
        ({"min_train": 0}, "min_train"),
        ({"purge": -1}, "purge"),
        ({"embargo": -1}, "embargo"),
    ],
)
def test_bad_arguments(arguments: Any, parameter: Any) -> None:
    with pytest.raises(ParameterError, match=f"The '{parameter}' parameter of WalkForwardSplit must be"):
        WalkForwardSplit(**arguments)


def test_too_few_bars_and_disorder() -> None:
    with pytest.raises(ParameterError, match="at least 16 bars"):
        list(WalkForwardSplit(3, test_size=3, min_train=5, purge=2).split(np.zeros(15)))
    with pytest.raises(ParameterError, match="'X'"):
        list(WalkForwardSplit().split(np.zeros((0, 2))))
    with pytest.raises(ParameterError, match="'X'"):
        list(WalkForwardSplit().split(object()))
    with pytest.raises(ParameterError, match="'embargo'"):
        list(WalkForwardSplit(3, test_size=2, embargo=9, expanding=False).split(np.zeros(8)))
    times = pd.date_range("2020-01-01", periods=9, tz="UTC")
    with pytest.raises(LeakageError, match="time order"):
        list(WalkForwardSplit().split(pd.DataFrame({"x": range(9)}, index=times[::-1])))
    with pytest.raises(LeakageError, match="must all have a time"):
        list(
            WalkForwardSplit().split(
                pd.DataFrame(
                    {"x": range(10)}, index=times.append(pd.DatetimeIndex([pd.NaT]).tz_localize("UTC"))
                )
            )
        )
