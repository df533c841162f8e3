"""Weights of rows against the libraries' own, and against rows written twice."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from ml_analytics import ParameterError
from ml_analytics.models import BaseModel, ModelFactory, SklearnModel, dump_model
from ml_analytics.pipelines import ModelTrainer

ROWS = 150
GENERATOR = np.random.default_rng(7)
X = pd.DataFrame(GENERATOR.normal(size=(ROWS, 3)), columns=["a", "b", "c"])
NUMBER = X["a"] - X["b"] + GENERATOR.normal(size=ROWS)
LABEL = np.where(NUMBER > 0, "up", "down")
WEIGHT = GENERATOR.uniform(0.1, 4.0, ROWS)


def made(model_type: str, **params: Any) -> BaseModel:
    model: BaseModel = ModelFactory.create(model_type, **params)
    return model


def test_weighted_least_squares_and_logistic_regression_are_those_of_scikit_learn() -> None:
    ours = made("linear").fit(X, NUMBER, sample_weight=WEIGHT)
    np.testing.assert_allclose(ours.predict(X), LinearRegression().fit(X, NUMBER, WEIGHT).predict(X))
    scaled = StandardScaler().fit_transform(X, sample_weight=WEIGHT)
    theirs = LogisticRegression(max_iter=1000).fit(scaled, LABEL, WEIGHT)
    shares = made("logistic").fit(X, LABEL, sample_weight=WEIGHT).predict_proba(X)
    np.testing.assert_allclose(shares, theirs.predict_proba(scaled), atol=1e-6)


def test_weighted_elastic_net_is_that_of_scikit_learn_on_standardised_data() -> None:
    scaled = StandardScaler().fit_transform(X, sample_weight=WEIGHT)
    goal = StandardScaler().fit(NUMBER.to_frame(), sample_weight=WEIGHT)
    net = ElasticNet(alpha=0.1).fit(scaled, goal.transform(NUMBER.to_frame())[:, 0], WEIGHT)
    expected = goal.inverse_transform(net.predict(scaled)[:, None])[:, 0]
    ours = made("elastic_net", alpha=0.1).fit(X, NUMBER, sample_weight=WEIGHT)
    np.testing.assert_allclose(ours.predict(X), expected, atol=1e-6)


def test_weighted_boosted_trees_are_those_of_the_libraries() -> None:
    label = (LABEL == "up").astype(int)
    wrapper = xgboost.XGBClassifier(n_estimators=20, learning_rate=0.1, tree_method="hist")
    theirs = wrapper.fit(X, label, sample_weight=WEIGHT)
    ours = made("xgboost", n_estimators=20).fit(X, LABEL, sample_weight=WEIGHT)
    np.testing.assert_allclose(ours.predict_proba(X)[:, 1], theirs.predict_proba(X)[:, 1], atol=1e-6)
    leafwise = lightgbm.LGBMRegressor(n_estimators=20, verbose=-1).fit(
        X.astype(np.float32), NUMBER, sample_weight=WEIGHT
    )
    found = made("lightgbm_regressor", n_estimators=20).fit(X, NUMBER, sample_weight=WEIGHT).predict(X)
    np.testing.assert_allclose(found, leafwise.predict(X.astype(np.float32)), atol=1e-6)


@pytest.mark.parametrize("strategy", ["mean", "median"])
@given(rows=st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 4)), min_size=1, max_size=12))
def test_weighted_middles_are_those_of_repeated_rows(strategy: str, rows: list[tuple[int, int]]) -> None:
    values, weights = np.array(rows, dtype=float).T
    if not weights.any():
        return
    repeated = np.repeat(values, weights.astype(int))
    model = made("dummy_regressor", strategy=strategy).fit(values[:, None], values, sample_weight=weights)
    expected = np.mean(repeated) if strategy == "mean" else np.median(repeated)
    assert model.predict(np.zeros((1, 1)))[0] == pytest.approx(expected)


@pytest.mark.parametrize("estimator", ["xgboost", "linear"])
def test_classes_are_balanced_by_what_their_rows_weigh(estimator: str) -> None:
    few = np.arange(ROWS) % 5 == 0
    share = np.where(few, WEIGHT[few].sum(), WEIGHT[~few].sum()) / WEIGHT.sum()
    both = made("table_classifier", estimator=estimator, class_weight="balanced")
    alone = made("table_classifier", estimator=estimator)
    both.fit(X, few, sample_weight=WEIGHT)
    alone.fit(X, few, sample_weight=WEIGHT / (2 * share))
    np.testing.assert_allclose(both.predict_proba(X), alone.predict_proba(X), atol=1e-5)


def test_a_wrapped_estimator_takes_weights_where_it_has_them() -> None:
    ours = SklearnModel(GaussianNB()).fit(X, LABEL, sample_weight=WEIGHT)
    theirs = GaussianNB().fit(X, LABEL, WEIGHT)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X))
    with pytest.raises(ParameterError, match="KNeighborsClassifier does not learn from weights"):
        SklearnModel(KNeighborsClassifier()).fit(X, LABEL, sample_weight=WEIGHT)


def test_every_part_of_an_ensemble_learns_from_the_weights() -> None:
    members: list[Any] = [("logistic", {}), ("xgboost", {"n_estimators": 5})]
    model = made("stacking", members=members, folds=2).fit(X, LABEL, sample_weight=WEIGHT)
    alone = made("logistic").fit(X, (LABEL == "up").astype(int), sample_weight=WEIGHT)
    fitted: Any = model
    np.testing.assert_array_equal(fitted.fitted_members[0].predict_proba(X), alone.predict_proba(X))
    before = dump_model(model)
    with pytest.raises(ParameterError, match="KNeighborsModel does not learn from weights"):
        model.set_params(members=[("logistic", {}), ("k_neighbors", {})]).fit(X, LABEL, sample_weight=WEIGHT)
    model.set_params(members=members)
    assert dump_model(model) == before


def test_weights_travel_in_the_mapping_that_is_trained() -> None:
    expected = made("logistic").fit(X, LABEL, sample_weight=WEIGHT).predict_proba(X)
    data = {"X": X, "y": LABEL, "sample_weight": WEIGHT}
    np.testing.assert_array_equal(made("logistic").train(data).predict_proba(X), expected)
    tested = {**data, "X_test": X, "y_test": LABEL}
    for one in (data, tested):
        result = ModelTrainer().train_and_evaluate(made("logistic"), one)
        np.testing.assert_array_equal(result.model.predict_proba(X), expected)


def test_a_class_whose_rows_weigh_nothing_is_not_there() -> None:
    labels = np.where(np.arange(ROWS) % 3 == 0, "rare", LABEL)
    model = made("logistic").fit(X, labels, sample_weight=labels != "rare")
    assert model.classes_.tolist() == ["down", "up"]
    with pytest.raises(ParameterError, match="two classes"):
        made("logistic").fit(X, labels, sample_weight=labels == "rare")
