from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

from ml_analytics import ParameterError, UnsafeArtifactError
from ml_analytics.models import ModelFactory
from ml_analytics.models.arrays import array_to_bytes


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_shares_equal_scikit_learn(weights: str, table: pd.DataFrame, labels: pd.Series) -> None:
    scaler = StandardScaler().fit(table.to_numpy())
    oracle = KNeighborsClassifier(7, weights=weights).fit(scaler.transform(table.to_numpy()), labels)
    model = ModelFactory.create("k_neighbors", n_neighbors=7, weights=weights).fit(table, labels)
    fresh = np.random.default_rng(1).normal(size=(100, 3))
    for rows in (fresh, table.to_numpy()):  # a training row asks itself alone, when near rows count more
        expected = oracle.predict_proba(scaler.transform(rows))
        np.testing.assert_allclose(model.predict_proba(rows), expected, atol=1e-9)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_means_equal_scikit_learn(weights: str, table: pd.DataFrame) -> None:
    scaler = StandardScaler().fit(table.to_numpy())
    oracle = KNeighborsRegressor(7, weights=weights).fit(scaler.transform(table.to_numpy()), table["a"])
    model = ModelFactory.create("k_neighbors_regressor", n_neighbors=7, weights=weights).fit(
        table, table["a"]
    )
    fresh = np.random.default_rng(1).normal(size=(100, 3))
    np.testing.assert_allclose(model.predict(fresh), oracle.predict(scaler.transform(fresh)), atol=1e-9)


def test_rows_that_are_the_same_share_the_answer() -> None:
    X = [[0.0], [0.0], [5.0], [6.0]]
    model = ModelFactory.create("k_neighbors", n_neighbors=3).fit(X, ["a", "b", "c", "c"])
    assert model.predict_proba([[0.0]]).tolist() == [[0.5, 0.5, 0.0]]


def test_a_constant_column_counts_for_nothing(table: pd.DataFrame, labels: pd.Series) -> None:
    plain = ModelFactory.create("k_neighbors").fit(table, labels)
    odd = ModelFactory.create("k_neighbors").fit(table.assign(flat=3.0), labels)
    np.testing.assert_allclose(odd.predict_proba(table.assign(flat=99.0)), plain.predict_proba(table))


def test_too_few_rows_are_refused_in_a_sentence(table: pd.DataFrame, labels: pd.Series) -> None:
    with pytest.raises(ParameterError, match="n_neighbors=15"):
        ModelFactory.create("k_neighbors").fit(table[:14], labels[:14])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answers_.npy", np.full(80, 2)),
        ("answers_.npy", np.zeros(79, np.int64)),
        ("answers_.npy", np.zeros(80)),
        ("rows_.npy", np.zeros((80, 4))),
        ("rows_.npy", np.full((80, 3), np.inf)),
        ("mean_.npy", np.zeros(4)),
    ],
)
def test_stored_rows_that_do_not_fit_are_refused(
    name: str, value: np.ndarray, table: pd.DataFrame, labels: pd.Series
) -> None:
    model = ModelFactory.create("k_neighbors").fit(table, labels)
    with pytest.raises(UnsafeArtifactError):
        model._restore({**model._state(), name: array_to_bytes(value)})
