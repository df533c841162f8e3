from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score

from ml_analytics.core.errors import LeakageError, ParameterError
from ml_analytics.data import CombinatorialPurgedSplit, PurgedKFold, WalkForwardSplit


@st.composite
def choices(draw: Any) -> tuple[int, int]:
    n_groups = draw(st.integers(2, 7))
    return n_groups, draw(st.integers(1, n_groups - 1))


@settings(max_examples=120, deadline=None)
@given(
    choice=choices(),
    n=st.integers(2, 60),
    horizon=st.integers(0, 4),
    embargo=st.integers(0, 3),
    per_bar=st.integers(1, 3),
)
def test_laws(choice: Any, n: Any, horizon: Any, embargo: Any, per_bar: Any) -> None:
    n_groups, k = choice
    splitter = CombinatorialPurgedSplit(n_groups, k, horizon, embargo)
    times = pd.date_range("2020-01-01", periods=n, tz="UTC").repeat(per_bar)
    X = pd.DataFrame({"x": np.zeros(len(times))}, index=times)
    try:
        folds = list(splitter.split(X))
    except ParameterError:
        assume(False)
    assert len(folds) == splitter.get_n_splits() == comb(n_groups, k)
    assert splitter.n_paths == comb(n_groups, k) * k // n_groups, "the book's phi"
    tested = np.concatenate([test for _, test in folds])
    counts = np.bincount(tested, minlength=len(X))
    assert (counts == splitter.n_paths).all(), "every row is tested once per path"
    bars = np.arange(n).repeat(per_bar)
    for train, test in folds:
        spans = {b for t in bars[test] for b in range(t, t + horizon + 1)}
        forbidden = set(spans)
        for t in sorted({*bars[test]}):
            if t + 1 not in bars[test]:  # the end of a run of test bars
                forbidden |= set(range(t + horizon + 1, t + horizon + embargo + 1))
        for t in np.unique(bars[train]):
            assert not set(range(t, t + horizon + 1)) & spans
            assert t not in forbidden
    made = splitter.backtest_paths(
        [np.column_stack([test, np.full(len(test), i)]) for i, (_, test) in enumerate(folds)], X
    )
    assert made.shape == (splitter.n_paths, len(X), 2)
    for path in made:
        np.testing.assert_array_equal(path[:, 0], np.arange(len(X)))
        for row, split in path:
            assert row in folds[split][1], "a row is predicted by a split that tests it"
    for row in range(len(X)):
        assert len(set(made[:, row, 1])) == splitter.n_paths, "no split predicts a row on two paths"


def test_paths_use_every_test_group_of_every_split_once() -> None:
    splitter = CombinatorialPurgedSplit(6, 2)
    table = splitter.paths()
    assert table.shape == (5, 6), "the book's example: 15 splits, 5 paths"
    used = {(int(table[p, g]), g) for p in range(5) for g in range(6)}
    assert used == {(i, g) for i, chosen in enumerate(combinations(range(6), 2)) for g in chosen}
    X = np.zeros((30, 1))
    made = splitter.backtest_paths(
        [np.full(len(test), i) for i, (_, test) in enumerate(splitter.split(X))], X
    )
    np.testing.assert_array_equal(made[:, ::5], table)


def test_one_test_group_is_the_purged_k_fold() -> None:
    X = np.zeros((53, 1))
    ours = CombinatorialPurgedSplit(5, 1, horizon=2, embargo=1).split(X)
    for (train, test), (their_train, their_test) in zip(ours, PurgedKFold(5, 2, 1).split(X), strict=True):
        np.testing.assert_array_equal(train, their_train)
        np.testing.assert_array_equal(test, their_test)


@pytest.mark.parametrize(
    "make",
    [
        lambda ends: CombinatorialPurgedSplit(5, 2, embargo=1, label_end=ends),
        lambda ends: PurgedKFold(5, embargo=1, label_end=ends),
        lambda ends: WalkForwardSplit(4, embargo=1, label_end=ends),
    ],
    ids=["combinatorial", "kfold", "walk"],
)
def test_works_inside_scikit_learn(make: Any) -> None:
    rng = np.random.default_rng(0)
    times = pd.date_range("2024-01-01", periods=90, freq="h", tz="UTC")
    X = pd.DataFrame(rng.normal(size=(90, 2)), index=times, columns=["a", "b"])
    y = X["a"] * 2
    splitter = make(pd.Series(times + pd.to_timedelta(rng.integers(0, 3, 90), unit="h"), index=times))
    scores = cross_val_score(LinearRegression(), X, y, cv=splitter)
    assert scores == pytest.approx(np.ones(splitter.get_n_splits()))
    search = GridSearchCV(Ridge(), {"alpha": [1e-6, 1e6]}, cv=splitter).fit(X, y)
    assert search.best_params_ == {"alpha": 1e-6}
    assert search.n_splits_ == splitter.get_n_splits()
    # Nested: the inner search sees part of the rows, whose labels are found by the index.
    nested = cross_val_score(
        search.set_params(cv=PurgedKFold(3, label_end=splitter.label_end)), X, y, cv=splitter
    )
    assert nested == pytest.approx(np.ones(splitter.get_n_splits()), abs=1e-6)


def test_paths_of_probabilities_and_of_mixed_types() -> None:
    splitter, X = CombinatorialPurgedSplit(3, 1), np.zeros((6, 1))
    ints_and_floats: list[Any] = [np.array([1, 2]), np.array([0.5, 1.5]), [3, 4]]
    np.testing.assert_array_equal(splitter.backtest_paths(ints_and_floats, X), [[1, 2, 0.5, 1.5, 3, 4]])
    texts: list[Any] = [["up", "down"], ["sideways", "up"], ["up", "up"]]
    assert splitter.backtest_paths(texts, X)[0, 2] == "sideways"


def test_refusals() -> None:
    for arguments, parameter in [
        ({"n_groups": 1}, "n_groups"),
        ({"n_test_groups": 0}, "n_test_groups"),
        ({"n_groups": 3, "n_test_groups": 3}, "n_test_groups"),
        ({"horizon": -1}, "horizon"),
        ({"embargo": 1.5}, "embargo"),
    ]:
        with pytest.raises(
            ParameterError, match=f"The '{parameter}' parameter of CombinatorialPurgedSplit must be"
        ):
            CombinatorialPurgedSplit(**arguments)  # type: ignore[arg-type]
    splitter = CombinatorialPurgedSplit(3, 1)
    with pytest.raises(ParameterError, match="at least 3 bars"):
        list(splitter.split(np.zeros(2)))
    with pytest.raises(ParameterError, match="'horizon'"):
        list(CombinatorialPurgedSplit(3, 2, horizon=9).split(np.zeros(9)))
    with pytest.raises(ParameterError, match=r"one array per split \(3\)"):
        splitter.backtest_paths([np.zeros(3)], np.zeros(9))
    with pytest.raises(ParameterError, match=r"test part of split 1 \(3 rows\)"):
        splitter.backtest_paths([np.zeros(3), np.zeros(2), np.zeros(3)], np.zeros(9))
    times = pd.date_range("2020-01-01", periods=9, tz="UTC")[::-1]
    with pytest.raises(LeakageError, match="time order"):
        list(splitter.split(pd.DataFrame({"x": range(9)}, index=times)))
