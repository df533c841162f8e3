"""Kinds of columns that are said, not found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import DataProcessingError, ParameterError, PredictionError
from ml_analytics.core.columns import ColumnKind
from ml_analytics.models import BaseModel, ModelFactory, dump_model, load_model
from ml_analytics.models.tabular.declared import spelled

ROWS = 600


def coded() -> tuple[pd.DataFrame, np.ndarray]:
    """Make codes that say something only when they are told apart."""
    generator = np.random.default_rng(0)
    code = generator.integers(0, 30, ROWS)
    good = np.isin(code, [3, 7, 8, 15, 22, 29]) ^ (generator.random(ROWS) < 0.05)
    return pd.DataFrame({"code": code, "x": generator.normal(size=ROWS)}), good


def made(**params: Any) -> BaseModel:
    model: BaseModel = ModelFactory.create("table_classifier", **params)
    return model


def test_codes_are_told_apart_when_they_are_said_to_be_categories() -> None:
    X, good = coded()
    said = made(estimator="linear", kinds={"code": "category"}).fit(X[:400], good[:400])
    found = made(estimator="linear").fit(X[:400], good[:400])
    cast = made(estimator="linear").fit(X[:400].astype({"code": "category"}), good[:400])
    assert said.score(X[400:], good[400:]) > 0.88 > 0.75 > found.score(X[400:], good[400:])
    np.testing.assert_allclose(said.predict_proba(X), cast.predict_proba(X.astype({"code": "category"})))


def test_the_kinds_are_stored_and_codes_may_be_spelled_in_any_way() -> None:
    X, good = coded()
    model = made(estimator="linear", kinds={"code": "category"}).fit(X, good)
    loaded = load_model(dump_model(model))
    assert loaded.kinds == {"code": "category"}
    assert loaded.signature.inputs[0].kind is ColumnKind.CATEGORY
    expected = model.predict_proba(X)
    for same in (
        X,
        X.astype({"code": float}),
        X.astype({"code": str}),
        X.astype({"code": "Int32"}),
        X.to_numpy(),
    ):
        np.testing.assert_array_equal(loaded.predict_proba(same), expected)
    np.testing.assert_array_equal(loaded.predict_proba(X.to_dict("records")), expected)


def test_a_code_that_is_missing_or_new_is_answered() -> None:
    X, good = coded()
    holed = X.assign(code=X["code"].where(np.arange(ROWS) % 9 > 0))
    model = made(estimator="linear", kinds={"code": "category"}).fit(holed, good)
    assert model.signature is not None
    assert model.signature.inputs[0].categories[:3] == ("0", "1", "10")
    strange = pd.DataFrame({"code": [7.0, np.nan, 999.0], "x": 0.0})
    assert np.isfinite(model.predict_proba(strange)).all()


def test_the_digits_of_long_codes_are_kept() -> None:
    codes = pd.DataFrame({"code": [2**60 + 1, 2**60 + 2]})
    assert spelled(codes, {"code": "category"}, None)["code"].tolist() == [str(2**60 + 1), str(2**60 + 2)]


def test_short_texts_may_be_said_to_be_texts() -> None:
    words = ["red card", "blue card", "red shoe", "blue shoe"] * 5
    X = pd.DataFrame({"words": words})
    y = [one.startswith("red") for one in words]
    model = made(kinds={"words": "text"}).fit(X, y)
    assert model.predict(pd.DataFrame({"words": ["a red hat", "a blue hat"]})).tolist() == [True, False]


def test_what_does_not_fit_is_refused() -> None:
    X, good = coded()
    with pytest.raises(ParameterError, match=r"'kinds'.*columns of X .code, x.*'office'"):
        made(kinds={"office": "category"}).fit(X, good)
    for wrong in ({"code": "colour"}, {"code": None}, ["code"], {3: "category"}):
        with pytest.raises(ParameterError, match=r"'kinds'.*number, category, text, time, boolean"):
            made(kinds=wrong).fit(X, good)
    words = X.assign(code=X["code"].map(lambda one: f"c{one}"))
    with pytest.raises(DataProcessingError, match="'code' must hold numbers"):
        made(kinds={"code": "number"}).fit(words, good)
    with pytest.raises(DataProcessingError, match="'x' must hold times"):
        made(kinds={"x": "time"}).fit(X, good)
    model = made(kinds={"code": "category"}).fit(X, good)
    with pytest.raises(PredictionError, match="must have the column 'code'"):
        model.predict(X[["x"]])


def test_a_member_of_an_ensemble_keeps_its_kinds() -> None:
    X, good = coded()
    members: list[Any] = [("table_classifier", {"estimator": "linear", "kinds": {"code": "category"}})]
    model = ModelFactory.create("averaging", members=members).fit(X[:400], good[:400])
    assert model.score(X[400:], good[400:]) > 0.88
    np.testing.assert_array_equal(load_model(dump_model(model)).predict(X), model.predict(X))
