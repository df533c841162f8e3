from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from ml_analytics import DataProcessingError
from ml_analytics.models import ModelFactory, compile_onnx, dump_model, load_model


@pytest.fixture(scope="module")
def mixed() -> pd.DataFrame:
    """Make 500 rows of two numbers, one with holes, and two categories, one with holes."""
    generator = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "a": generator.normal(size=500).astype(np.float32).astype(float),
            "site": generator.choice(["north", "south", "east", "west", "centre"], 500),
            "b": generator.normal(size=500).astype(np.float32).astype(float),
            "level": generator.choice(["low", "high"], 500),
        }
    )
    table.loc[::7, "b"] = np.nan
    table.loc[::11, "site"] = None
    return table


def score(table: pd.DataFrame) -> pd.Series:
    north = table["site"].isin(["north", "centre"]).astype(float)
    return table["a"] + 2 * north + table["b"].fillna(0.5) * (table["level"] == "low")


def learner(kind: type, **params: object) -> object:
    return kind(max_iter=12, categorical_features=["site", "level"], early_stopping=False, **params)


@pytest.mark.parametrize("cuts", [[0.5], [0.0, 1.0]])
def test_classes_equal_scikit_learn_with_categories_and_holes(cuts: list[float], mixed: pd.DataFrame) -> None:
    y = np.digitize(score(mixed), cuts)
    oracle = learner(HistGradientBoostingClassifier, random_state=0).fit(mixed, y)  # type: ignore[attr-defined]
    model = ModelFactory.create("gradient_boosting", n_estimators=12).fit(mixed, y)
    fresh = mixed.assign(a=np.random.default_rng(1).normal(size=500).astype(np.float32).astype(float))
    np.testing.assert_allclose(model.predict_proba(fresh), oracle.predict_proba(fresh), rtol=1e-12)


def test_numbers_equal_scikit_learn_with_categories_and_holes(mixed: pd.DataFrame) -> None:
    oracle = learner(HistGradientBoostingRegressor, random_state=0)
    oracle.fit(mixed, score(mixed))  # type: ignore[attr-defined]
    model = ModelFactory.create("gradient_boosting_regressor", n_estimators=12).fit(mixed, score(mixed))
    np.testing.assert_allclose(model.predict(mixed), oracle.predict(mixed), rtol=1e-12)  # type: ignore[attr-defined]


def test_an_unseen_category_is_taken_as_a_missing_one(mixed: pd.DataFrame) -> None:
    model = ModelFactory.create("gradient_boosting_regressor", n_estimators=12).fit(mixed, score(mixed))
    unseen, absent = mixed.assign(site="moon"), mixed.assign(site=None)
    np.testing.assert_array_equal(model.predict(unseen), model.predict(absent))


def test_categories_are_stored_and_columns_go_by_name(mixed: pd.DataFrame) -> None:
    model = ModelFactory.create("gradient_boosting", n_estimators=12).fit(mixed, score(mixed) > 0.5)
    loaded = load_model(dump_model(model))
    np.testing.assert_array_equal(
        loaded.predict_proba(mixed[mixed.columns[::-1]]), model.predict_proba(mixed)
    )
    assert dict(loaded.feature_importance()) == dict(model.feature_importance())
    assert sum(model.feature_importance().values()) == pytest.approx(1.0)
    assert list(model.feature_importance())[-1] in ("level", "b")


def test_training_is_the_same_for_any_number_of_threads(mixed: pd.DataFrame) -> None:
    one, two = (
        ModelFactory.create("gradient_boosting", n_estimators=12, n_jobs=jobs).fit(mixed, score(mixed) > 0)
        for jobs in (1, 2)
    )
    assert one._state() == two._state()


def test_more_categories_than_a_split_can_tell_apart_are_refused() -> None:
    many = pd.DataFrame({"kind": pd.Categorical([f"k{index}" for index in range(300)])})
    with pytest.raises(DataProcessingError, match=r"'kind'.*255"):
        ModelFactory.create("gradient_boosting").fit(many, np.arange(300) > 9)


def test_categories_are_served_natively_and_it_says_why(mixed: pd.DataFrame) -> None:
    model = ModelFactory.create("gradient_boosting", n_estimators=3).fit(mixed, score(mixed) > 0)
    assert "Served natively: categories" in compile_onnx(model, mixed).note


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_numbers_with_holes_compile_and_agree_at_every_threshold(classes: int, mixed: pd.DataFrame) -> None:
    X, numbers = mixed[["a", "b"]], score(mixed)
    if classes:
        y = np.digitize(numbers, [0.5] if classes == 2 else [0.0, 1.0])
        model = ModelFactory.create("gradient_boosting", n_estimators=30).fit(X, y)
    else:
        model = ModelFactory.create("gradient_boosting_regressor", n_estimators=30).fit(X, numbers)
    result = compile_onnx(model, X)
    assert result.onnx is not None and result.parity is not None, result.note
    assert result.parity < 1e-5
