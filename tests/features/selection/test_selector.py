"""The selector among scikit-learn's parts, and as one call on a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.selection import FeatureSelector, select_features

OBJECT = {
    "check_dtype_object": "an object among the numbers is a DataProcessingError (a ValueError), no TypeError"
}
FEW_ROWS = "two folds need 20 rows"
FOLDS = {"check_fit2d_1feature": FEW_ROWS, "check_n_features_in_after_fitting": FEW_ROWS}


@parametrize_with_checks(
    [
        FeatureSelector("mutual_info", 3),
        FeatureSelector(["f_test", "correlation"], None),
        FeatureSelector(["f_test", "stability"], 2, n_folds=2, min_stability=0),
    ],
    expected_failed_checks=lambda one: OBJECT | (FOLDS if "stability" in one.method else {}),
    xfail_strict=True,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_the_laws_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.fixture
def table() -> tuple[pd.DataFrame, np.ndarray]:
    generator = np.random.default_rng(0)
    X = pd.DataFrame(generator.normal(size=(300, 5)), columns=list("abcde"))
    return X, np.where(X["d"] + 0.5 * X["b"] > 0, "up", "down")


def test_support_names_and_kind_of_table(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    selector = FeatureSelector("f_test", 2).fit(X, y)
    assert selector.get_support().tolist() == [False, True, False, True, False]
    assert selector.get_support(indices=True).tolist() == [1, 3]
    assert selector.get_feature_names_out().tolist() == ["b", "d"], "in the order of the input"
    assert selector.selection_.names == ("d", "b"), "best first"
    assert selector.ranking_[3] == 1
    assert selector.scores_.argmax() == 3
    pd.testing.assert_frame_equal(selector.transform(X), X[["b", "d"]])
    frames = pl.from_pandas(X)
    assert FeatureSelector("f_test", 2).fit(frames, pl.Series(y)).transform(frames).equals(frames[["b", "d"]])
    array = FeatureSelector("f_test", 2).fit(X.to_numpy(), y)
    np.testing.assert_array_equal(array.transform(X.to_numpy()), X[["b", "d"]])
    assert array.get_feature_names_out().tolist() == ["x1", "x3"]
    np.testing.assert_array_equal(selector.inverse_transform(X[["b", "d"]].to_numpy())[:, 3], X["d"])


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_set_output(table: tuple[pd.DataFrame, np.ndarray], output: str) -> None:
    X, y = table
    kind = pd.DataFrame if output == "pandas" else pl.DataFrame
    for given in (X, X.to_numpy(), pl.from_pandas(X)):
        made = FeatureSelector("f_test", 2).set_output(transform=output).fit_transform(given, y)
        assert isinstance(made, kind)
        names = ["x1", "x3"] if isinstance(given, np.ndarray) else ["b", "d"]
        assert list(made.columns) == names
        np.testing.assert_array_equal(made.to_numpy(), X[["b", "d"]])


def test_columns_of_times_tell_the_order_and_are_no_features(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    timed = pl.from_pandas(X.assign(timestamp=pd.date_range("2024-01-01", periods=300, tz="UTC")))
    made = FeatureSelector("f_test", 5).fit(timed, y)
    assert made.transform(timed).columns == list("abcde")
    shuffled = np.random.default_rng(1).permutation(300)
    again = FeatureSelector(["f_test", "stability"]).fit(timed[shuffled], y[shuffled])
    expected = FeatureSelector(["f_test", "stability"]).fit(timed, y)
    pd.testing.assert_frame_equal(again.selection_.table, expected.selection_.table)


def test_missing_values_pass_in_transform(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    selector = FeatureSelector("f_test", 2).fit(X, y)
    holed = X.copy()
    holed.iloc[0, 3] = np.nan
    pd.testing.assert_frame_equal(selector.transform(holed), holed[["b", "d"]])


def test_clone_parameters_and_before_fit(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, _ = table
    selector = FeatureSelector(["f_test", "stability"], 7, horizon=3)
    assert clone(selector).get_params() == selector.get_params()
    for call in (selector.get_support, selector.get_feature_names_out, lambda: selector.transform(X)):
        with pytest.raises(NotFittedError):
            call()


def test_other_columns_are_refused(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    selector = FeatureSelector("f_test", 2).fit(X, y)
    for other in (X[list("edcba")], X.drop(columns="a"), X.assign(f=1), X.rename(columns={"a": "A"})):
        with pytest.raises(ValueError, match="feature"):
            selector.transform(other)


def test_options_that_there_are_not(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    with pytest.raises(ParameterError, match=r"'options'.*'folds'"):
        select_features(*table, folds=3)


def test_many_symbols_in_one_table(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    days = pd.date_range("2024-01-01", periods=100, tz="UTC")
    panel = X.assign(Symbol=np.repeat(["A", "B", "C"], 100), timestamp=[*days] * 3)
    for one in (panel, pl.from_pandas(panel)):
        made = select_features(one, y, ["f_test", "stability"], 2, min_stability=0)
        assert list(made.columns) == ["Symbol", "timestamp", "d", "b"]
    indexed = panel.set_index(["Symbol", "timestamp"])
    by_day = np.argsort(panel["timestamp"], kind="stable")
    first = FeatureSelector(["f_test", "stability"]).fit(indexed, y).selection_
    again = FeatureSelector(["f_test", "stability"]).fit(indexed.iloc[by_day], y[by_day]).selection_
    pd.testing.assert_frame_equal(first.table, again.table)


def test_selection_never_sees_a_row_outside_fit(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    methods = ["mutual_info", "f_test", "correlation", "stability"]
    first = FeatureSelector(methods, 2, min_stability=0).fit(X[:200], y[:200]).selection_
    poisoned = X.copy()
    poisoned.iloc[200:, 0] = np.where(y[200:] == "up", 1e6, -1e6)
    again = FeatureSelector(methods, 2, min_stability=0).fit(poisoned[:200], y[:200]).selection_
    pd.testing.assert_frame_equal(first.table, again.table)


def test_inside_cross_validation_noise_stays_noise() -> None:
    leaking, honest = [], []
    for seed in range(3):
        generator = np.random.default_rng(seed)
        X, y = generator.normal(size=(120, 400)), generator.integers(0, 2, 120)
        model = make_pipeline(StandardScaler(), LogisticRegression())
        outside = FeatureSelector("f_test", 20).fit(X, y).transform(X)
        leaking.append(cross_val_score(model, outside, y, cv=KFold(5)).mean())
        inside = make_pipeline(FeatureSelector("f_test", 20), model)
        honest.append(cross_val_score(inside, X, y, cv=KFold(5)).mean())
    assert np.mean(leaking) > 0.75, "the leak that the selector is there to avoid"
    assert 0.4 < np.mean(honest) < 0.6


def test_in_a_grid_search(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    pipeline = make_pipeline(FeatureSelector("f_test"), LogisticRegression())
    search = GridSearchCV(pipeline, {"featureselector__n_features": [1, 2]}, cv=3).fit(X, y)
    assert search.best_params_ == {"featureselector__n_features": 2}


def test_one_call_gives_the_best_first(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = table
    made = select_features(X, y, "f_test", 2)
    pd.testing.assert_frame_equal(made, X[["d", "b"]])
    np.testing.assert_array_equal(select_features(X.to_numpy(), y, "f_test", 2), X[["d", "b"]])
    timed = pl.from_pandas(X.assign(day=pd.date_range("2024-01-01", periods=300, tz="UTC")))
    assert select_features(timed, y, ["f_test", "correlation"], 1).columns == ["day", "d"]
    with pytest.warns(UserWarning, match="no feature that passes"):
        assert select_features(X, y, "f_test", threshold=1e9).shape == (300, 1)
    assert (
        select_features(X.rename(columns=dict(zip("abcde", range(5), strict=True))), y, "f_test", 1).columns[
            0
        ]
        == 3
    )


def test_rows_with_gaps_are_not_scored(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, _ = table
    holed, number = X.copy(), X["d"] * 2 + X["b"]
    holed.iloc[:50, 1] = np.nan
    holed["empty"] = np.nan
    number[-20:] = np.nan
    expected = FeatureSelector("f_test").fit(X[50:-20], number[50:-20]).scores_
    np.testing.assert_array_equal(FeatureSelector("f_test").fit(holed, number).scores_, [*expected, 0.0])
