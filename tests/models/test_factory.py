from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import ParameterError
from ml_analytics.models import BaseModel, ModelFactory, dump_model, factory, load_model, wrap


class Constant(BaseModel):
    task = "regression"

    def __init__(self, value: float = 1.0) -> None:
        self.value = value

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self.learnt_ = self.value

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.full(len(X), self.learnt_)


@pytest.fixture(autouse=True)
def _own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelFactory, "_builders", dict(ModelFactory._builders))
    monkeypatch.setattr(ModelFactory, "_made_by", dict(ModelFactory._made_by))


def test_the_built_in_types_are_there() -> None:
    promised = {
        "classification", "regression", "random_forest", "random_forest_regressor", "logistic", "linear", "xgboost",
        "xgboost_regressor", "table_classifier", "table_regressor", "dummy", "hmm",
    }  # fmt: skip
    assert promised <= set(ModelFactory.types())


def test_an_unknown_type_lists_the_known_ones() -> None:
    with pytest.raises(ParameterError, match=r"'model_type'.*random_forest.*Got 'forest'"):
        ModelFactory.create("forest")


def test_an_unknown_parameter_lists_the_known_ones() -> None:
    with pytest.raises(ParameterError, match=r"must be among C, class_weight.*Got 'depth'"):
        ModelFactory.create("logistic", depth=3)


def test_a_registered_class_is_made_stored_and_loaded() -> None:
    ModelFactory.register("custom", Constant)
    model = ModelFactory.create("custom", value=3.0).fit(np.zeros((2, 1)), [0.0, 1.0])
    assert load_model(dump_model(model)).predict(np.zeros((1, 1))).tolist() == [3.0]


def test_a_builder_function_gives_its_models_a_name() -> None:
    def build(value: float = 2.0) -> Constant:
        return Constant(value)

    ModelFactory.register("custom", build)
    model = ModelFactory.create_model("custom", {"value": 5.0}).fit(np.zeros((2, 1)), [0.0, 1.0])
    assert ModelFactory.type_of(model) == "custom"
    assert load_model(dump_model(model)).predict(np.zeros((1, 1))).tolist() == [5.0]
    with pytest.raises(ParameterError, match="among value"):
        ModelFactory.create("custom", values=1)


def test_a_builder_of_something_else_is_refused() -> None:
    ModelFactory.register("custom", dict)
    with pytest.raises(ParameterError, match="a builder of a BaseModel"):
        ModelFactory.create("custom")
    with pytest.raises(ParameterError, match="a class or a callable"):
        ModelFactory.register("custom", 3)
    with pytest.raises(ParameterError, match="model_type"):
        ModelFactory.register("../custom", Constant)


def test_a_wrapped_estimator_can_be_built() -> None:
    from sklearn.linear_model import LinearRegression

    ModelFactory.register("custom", lambda: wrap(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])))
    assert ModelFactory.create("custom").predict(np.array([[2.0]])).round(6).tolist() == [2.0]


def test_installed_packages_bring_types(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("brought", f"{__name__}:Constant", factory.ENTRY_POINTS)
    monkeypatch.setattr(EntryPoint, "load", lambda self: Constant)
    monkeypatch.setattr(factory, "entry_points", lambda group: [point])
    assert "brought" in ModelFactory.types()
    assert isinstance(ModelFactory.create("brought", value=2.0), Constant)


def test_classification_with_the_parameters_of_a_forest_is_a_forest() -> None:
    X = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0] * 5, "kind": ["a", "b"] * 10})
    y = ["low", "low", "high", "high"] * 5
    hyper = {"n_estimators": 20, "max_depth": 3, "min_samples_split": 2, "random_state": 42}
    model = ModelFactory.create_model("classification", hyper).fit(X, y)
    assert model.head_ == "random_forest"
    assert model.score(X, y) == 1.0


@pytest.mark.parametrize(
    ("name", "meant"), [("LightGBM", "lightgbm"), ("randomforest", "random_forest"), ("xgbost", "xgboost")]
)
def test_a_type_that_is_near_is_named(name: str, meant: str) -> None:
    with pytest.raises(ParameterError, match=rf"did you mean '{meant}'\?"):
        ModelFactory.create(name)
