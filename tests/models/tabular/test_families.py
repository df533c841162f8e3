"""What the conformance suite does not know: each family against its library, and its own promises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from ml_analytics import ParameterError
from ml_analytics.models import ModelFactory, dump_model, load_model


def test_forest_equals_scikit_learn(table: pd.DataFrame, labels: pd.Series) -> None:
    oracle = RandomForestClassifier(20, random_state=3).fit(table.to_numpy(), labels)
    model = ModelFactory.create("random_forest", n_estimators=20, random_state=3).fit(table, labels)
    np.testing.assert_array_equal(model.predict_proba(table), oracle.predict_proba(table.to_numpy()))


def test_forest_is_the_same_for_any_number_of_threads(table: pd.DataFrame, labels: pd.Series) -> None:
    one, two = (
        ModelFactory.create("random_forest", n_estimators=10, n_jobs=jobs).fit(table, labels)
        for jobs in (1, 2)
    )
    np.testing.assert_array_equal(one.predict_proba(table), two.predict_proba(table))


def test_logistic_equals_scikit_learn(table: pd.DataFrame, labels: pd.Series) -> None:
    scaled = StandardScaler().fit_transform(table.to_numpy())
    oracle = LogisticRegression(max_iter=1000).fit(scaled, labels)
    model = ModelFactory.create("logistic").fit(table, labels)
    np.testing.assert_allclose(model.predict_proba(table), oracle.predict_proba(scaled)[:, ::1], atol=1e-9)
    assert "coefficient" in model.feature_importance().method


def test_linear_equals_least_squares_and_ridge(table: pd.DataFrame) -> None:
    y = table["a"] * 2 + np.sin(table["b"])
    np.testing.assert_allclose(
        ModelFactory.create("linear").fit(table, y).predict(table),
        LinearRegression().fit(table, y).predict(table),
    )
    scaled = StandardScaler().fit_transform(table)
    np.testing.assert_allclose(
        ModelFactory.create("linear", alpha=3.0).fit(table, y).predict(table),
        Ridge(alpha=3.0).fit(scaled, y).predict(scaled),
    )


def test_linear_stands_columns_that_depend_on_each_other(table: pd.DataFrame) -> None:
    doubled = table.assign(d=table["a"] * 2)
    model = ModelFactory.create("linear").fit(doubled, table["a"])
    np.testing.assert_allclose(model.predict(doubled), table["a"], atol=1e-8)


@pytest.mark.parametrize("classes", [2, 3])
def test_xgboost_equals_its_own_wrapper(classes: int, table: pd.DataFrame) -> None:
    y = np.digitize(table["a"], [-0.5, 0.5]) if classes == 3 else (table["a"] > 0).astype(int)
    oracle = xgboost.XGBClassifier(n_estimators=8, learning_rate=0.1, max_depth=3, random_state=0, n_jobs=1)
    oracle.fit(table.to_numpy(), y)
    model = ModelFactory.create("xgboost", n_estimators=8, max_depth=3).fit(table, y)
    np.testing.assert_allclose(model.predict_proba(table), oracle.predict_proba(table.to_numpy()), atol=1e-6)


def test_xgboost_answers_with_one_thread_after_loading(table: pd.DataFrame) -> None:
    model = ModelFactory.create("xgboost_regressor", n_estimators=4, n_jobs=2).fit(table, table["a"])
    for one in (model, load_model(dump_model(model))):
        assert '"nthread":"1"' in one.booster_.save_config()


def test_dummies_answer_with_shares_mean_and_median(table: pd.DataFrame) -> None:
    shares = ModelFactory.create("dummy").fit(table, ["a"] * 20 + ["b"] * 60)
    assert shares.predict_proba(table[:1]).tolist() == [[0.25, 0.75]]
    values = np.r_[np.zeros(79), 80.0]
    assert ModelFactory.create("dummy_regressor").fit(table, values).predict(table[:1]).tolist() == [1.0]
    median = ModelFactory.create("dummy_regressor", strategy="median")
    assert median.fit(table, values).predict(table[:1]).tolist() == [0.0]
    with pytest.raises(ParameterError, match="'strategy'"):
        ModelFactory.create("dummy_regressor", strategy="mode").fit(table, values)
