from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.model_selection import cross_val_score

from ml_analytics import (
    DataProcessingError,
    ModelLoadError,
    ParameterError,
    PredictionError,
    StoreError,
    TrainingError,
)
from ml_analytics.core.columns import ColumnKind
from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.models.base import matrix


class MarketModel(BaseModel):
    """The quick start: only ``train`` is written."""

    def train(self, data: Any) -> None:  # type: ignore[override]
        pass


class Nearest(BaseModel):
    """A newcomer's model: two methods."""

    task = "regression"

    def __init__(self, power: float = 1.0) -> None:
        self.power = power

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self.points_, self.values_ = matrix(X), y

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        distances = np.abs(matrix(X)[:, None, :] - self.points_[None]).sum(axis=2)
        nearest: np.ndarray = self.values_[distances.argmin(axis=1)]
        return nearest


@pytest.fixture
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelFactory, "_builders", dict(ModelFactory._builders))
    monkeypatch.setattr(ModelFactory, "_made_by", dict(ModelFactory._made_by))
    ModelFactory.register("nearest", Nearest)


def test_the_quick_start_class_can_be_made_and_trained() -> None:
    model = MarketModel()
    model.train([1, 2])
    with pytest.raises(PredictionError, match="must be fitted"):
        model.predict(np.zeros((1, 1)))
    with pytest.raises(TrainingError, match="must define _fit"):
        model.fit(np.zeros((2, 1)), [0, 1])


@pytest.mark.usefixtures("_registered")
def test_two_methods_are_a_whole_model(tmp_path: Path, table: pd.DataFrame) -> None:
    model = Nearest().fit(table, table["a"] * 2)
    np.testing.assert_allclose(model.predict(table), table["a"] * 2)
    path = model.save(tmp_path / "nearest")
    assert path.name == "nearest.mla"
    np.testing.assert_array_equal(Nearest.load(path).predict(table), model.predict(table))
    assert model.score(table, table["a"] * 2) == pytest.approx(1.0)


def test_a_file_of_another_class_or_none_is_refused(tmp_path: Path, forest: BaseModel) -> None:
    path = forest.save(tmp_path / "forest.mla")
    with pytest.raises(ModelLoadError, match="must hold a Nearest"):
        Nearest.load(path)
    with pytest.raises(ModelLoadError, match="No such file"):
        Nearest.load(tmp_path / "absent.mla")
    assert isinstance(BaseModel.load(path), type(forest))


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path, forest: BaseModel) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        forest.save(tmp_path / "file" / "model.mla")


@pytest.mark.parametrize("form", ["tuple", "mapping", "argument", "attribute", "polars"])
def test_train_takes_every_documented_form(form: str, table: pd.DataFrame, labels: pd.Series) -> None:
    expected = ModelFactory.create("logistic").fit(table, labels).predict(table)
    model, whole = ModelFactory.create("logistic"), table.assign(target=labels)
    if form == "tuple":
        model.train((table, labels))
    elif form == "mapping":
        model.train({"X": table, "y": labels})
    elif form == "argument":
        model.train(whole, target="target")
    elif form == "polars":
        model.train(pl.DataFrame(whole.to_dict("list")), target="target")
    else:
        model.target = "target"
        model.train(whole)
    assert (model.predict(table) == expected).all()


@pytest.mark.parametrize("target", [None, "absent"])
def test_train_without_a_target_says_what_is_missing(table: pd.DataFrame, target: str | None) -> None:
    with pytest.raises(ParameterError, match="the name of a column"):
        ModelFactory.create("logistic").train(table, target=target)


def test_regimes_train_on_a_table_alone(table: pd.DataFrame) -> None:
    model = ModelFactory.create("hmm", n_components=2, n_init=1).train(table)
    assert model.signature.classes == (0, 1)


def test_text_in_a_numeric_family_is_refused_with_the_way_out(table: pd.DataFrame, labels: pd.Series) -> None:
    with pytest.raises(DataProcessingError, match="table_classifier"):
        ModelFactory.create("logistic").fit(table.assign(word="red"), labels)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e39])
def test_numbers_beyond_32_bits_are_refused(table: pd.DataFrame, labels: pd.Series, value: float) -> None:
    bad = table.copy()
    bad.iloc[3, 1] = value
    with pytest.raises(DataProcessingError, match="32-bit"):
        ModelFactory.create("random_forest").fit(bad, labels)
    with pytest.raises(PredictionError, match="32-bit"):
        ModelFactory.create("dummy").fit(table, labels).predict(bad)


def test_a_fit_that_fails_leaves_the_model_unfitted(table: pd.DataFrame, labels: pd.Series) -> None:
    model = ModelFactory.create("random_forest", n_estimators=-1)
    with pytest.raises(ValueError, match="n_estimators"):
        model.fit(table, labels)
    assert not model.is_fitted
    with pytest.raises(PredictionError, match="must be fitted"):
        model.predict(table)


def test_no_rows_are_refused(table: pd.DataFrame) -> None:
    with pytest.raises(DataProcessingError, match="rows"):
        ModelFactory.create("linear").fit(table[:0], [])


def test_booleans_are_numbers_and_a_text_among_them_is_not() -> None:
    X = pd.DataFrame({"flag": [True, False, True, False]})
    model = ModelFactory.create("random_forest", n_estimators=3).fit(X, ["a", "b", "a", "b"])
    assert model.signature.inputs[0].kind is ColumnKind.BOOLEAN
    assert model.predict(X[:1]).tolist() == ["a"]
    with pytest.raises(PredictionError, match="'flag' must hold"):
        model.predict(pd.DataFrame({"flag": ["yes"]}))


def test_integer_column_names_become_text() -> None:
    X = pd.DataFrame({0: [0.0, 1.0], 1: [1.0, 0.0]})
    model = ModelFactory.create("linear").fit(X, [0.0, 1.0])
    assert model.signature.names == ("0", "1")


def test_rows_of_mappings_are_input(forest: BaseModel, table: pd.DataFrame) -> None:
    rows = table[:3].to_dict("records")
    assert forest.predict(rows).tolist() == forest.predict(table[:3]).tolist()
    assert forest.predict(rows[0]).tolist() == forest.predict(table[:1]).tolist()


def test_importances_are_named_ranked_and_explained(forest: BaseModel, table: pd.DataFrame) -> None:
    found = forest.feature_importance()
    assert set(found) == set(table.columns)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert "impurity" in found.method
    with pytest.raises(PredictionError, match="no feature importances"):
        ModelFactory.create("dummy").fit(table, [0, 1] * 40).feature_importance()


def test_scikit_learn_takes_them_for_its_own(table: pd.DataFrame, labels: pd.Series) -> None:
    model = ModelFactory.create("logistic", C=0.5)
    assert is_classifier(model) and is_regressor(ModelFactory.create("linear"))
    assert clone(model).C == 0.5
    scores = cross_val_score(model, table, labels, cv=3)
    assert scores.min() > 0.8


def test_no_probabilities_from_a_regressor(table: pd.DataFrame) -> None:
    model = ModelFactory.create("linear").fit(table, table["a"])
    assert not hasattr(model, "predict_proba")
    with pytest.raises(AttributeError, match="predict_proba"):
        model.predict_proba(table)
    with pytest.raises(AttributeError, match="no classes"):
        _ = model.classes_
