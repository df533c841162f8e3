from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from ml_analytics import ParameterError, PredictionError
from ml_analytics.models import TableClassifier, TableRegressor, dump_model, load_model


def tickets(rows: int = 120, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    generator = np.random.default_rng(seed)
    kind = generator.integers(0, 3, rows)
    words = ["printer paper toner jam", "mail inbox password account", "network cable router wifi"]
    texts = [" ".join(generator.permutation([*words[one].split()[:4], "please", "help"])) for one in kind]
    X = pd.DataFrame(
        {
            "body": texts,
            "site": np.array(["north", "south"])[generator.integers(0, 2, rows)],
            "age": generator.normal(size=rows),
            "vip": generator.integers(0, 2, rows).astype(bool),
            "opened": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(generator.integers(0, 9999, rows), unit="h"),
        }
    )
    X.loc[::9, "body"] = None
    X.loc[::7, "age"] = np.nan
    X.loc[::8, "site"] = None
    return X, np.array(["printer", "mail", "network"], dtype=object)[kind]


HEADS: list[dict[str, Any]] = [
    {},
    {"estimator": "linear", "class_weight": "balanced"},
    {"n_estimators": 20, "max_depth": 6, "min_samples_split": 3},
    {"estimator": "xgboost", "n_estimators": 5, "class_weight": "balanced"},
    {"text_features": "word"},
]


@pytest.mark.parametrize("params", HEADS, ids=str)
def test_mixed_tables_are_learnt_stored_and_answered_alike(params: dict[str, Any]) -> None:
    X, y = tickets()
    model = TableClassifier(**params).fit(X, y)
    fresh, truth = tickets(seed=1)
    assert (model.predict(fresh) == truth).mean() > 0.8  # a ninth of the texts is missing
    data = dump_model(model)
    loaded = load_model(data)
    np.testing.assert_array_equal(loaded.predict_proba(fresh), model.predict_proba(fresh))
    assert dump_model(loaded) == data == dump_model(clone(model).fit(X, y))
    assert dict(loaded.feature_importance()) == dict(model.feature_importance())
    assert next(iter(model.feature_importance())) == "body"


@pytest.mark.parametrize("estimator", ["auto", "linear", "random_forest", "xgboost"])
@pytest.mark.parametrize("text", [True, False])
def test_numbers_are_learnt_from_mixed_tables(estimator: str, text: bool) -> None:
    X, _ = tickets(300)
    X = X if text else X.drop(columns="body")
    y = X["age"].fillna(0.0) * 3 + (X["site"] == "north") * 5
    params: dict[str, Any] = {} if estimator in ("auto", "linear") else {"n_estimators": 30}
    model = TableRegressor(estimator, **params).fit(X, y)
    assert model.score(X, y) > 0.9
    np.testing.assert_array_equal(load_model(dump_model(model)).predict(X), model.predict(X))


@pytest.mark.parametrize(
    ("params", "text", "head"),
    [
        ({}, True, "linear"),
        ({}, False, "xgboost"),
        ({"C": 1.0}, False, "linear"),
        ({"max_depth": 3}, True, "random_forest"),
        ({"learning_rate": 0.2, "n_estimators": 3}, False, "xgboost"),
        ({"estimator": "linear", "n_estimators": 3}, False, "linear"),
    ],
)
def test_auto_takes_the_family_of_the_columns_and_the_parameters(
    params: dict[str, Any], text: bool, head: str
) -> None:
    X, y = tickets(60)
    assert TableClassifier(**params).fit(X if text else X[["age", "site"]], y).head_ == head


def test_new_words_categories_and_missing_text_are_taken() -> None:
    X, y = tickets()
    model = TableClassifier().fit(X, y)
    row = X[1:2].assign(body="entirely unheard of words", site="moon")
    assert model.predict_proba(row).shape == (1, 3)
    assert model.predict(X[1:2].assign(body=None)).shape == (1,)


def test_text_where_a_number_was_is_refused() -> None:
    X, y = tickets()
    model = TableClassifier().fit(X, y)
    with pytest.raises(PredictionError, match="'age' must hold numbers"):
        model.predict(X[1:2].assign(age="old"))


def test_unusable_parameters_are_refused() -> None:
    X, y = tickets(30)
    with pytest.raises(ParameterError, match=r"'estimator'.*one of 'auto'"):
        TableClassifier("boosting").fit(X, y)
    with pytest.raises(ParameterError, match="'text_features'"):
        TableClassifier(text_features="emoji").fit(X, y)
    with pytest.raises(ParameterError, match="more than empty texts"):
        TableClassifier("linear", text_features="word").fit(
            pd.DataFrame({"t": ["a b c d e"] * 60}), [0, 1] * 30
        )


@pytest.mark.real_data
def test_banking_intents_reach_85_per_cent(real_data: Callable[[str], pd.DataFrame]) -> None:
    table = real_data("support_banking77.parquet")
    train, test = table[table["split"] == "train"], table[table["split"] == "test"]
    model = TableClassifier().fit(train[["text"]], train["category"])
    assert model.score(test[["text"]], test["category"]) >= 0.85


@pytest.mark.real_data
def test_service_tickets_beat_the_majority(real_data: Callable[[str], pd.DataFrame]) -> None:
    table = real_data("itsm_endava_tickets_5431.parquet").sample(frac=1.0, random_state=0)
    X, y = table[["title", "body"]], table["category"]
    model = TableClassifier(class_weight="balanced", text_features="word").fit(X[:4000], y[:4000])
    found, truth = model.predict(X[4000:]), y[4000:].to_numpy()
    assert (found == truth).mean() > (truth == y[:4000].mode()[0]).mean() + 0.1
    frequent = np.isin(truth, y[:4000].value_counts().index[:6])
    recalls = [(found[truth == one] == one).mean() for one in np.unique(truth[frequent])]
    assert np.mean(recalls) > 0.4
