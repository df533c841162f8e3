from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from ml_analytics import PredictionError
from ml_analytics.models import BaseModel, ModelFactory, OnnxPredictor, compile_onnx
from ml_analytics.models import compile as module
from ml_analytics.models.compile import TOLERANCE, parity_rows

COMPILED = ["random_forest", "random_forest_regressor", "logistic", "linear", "xgboost", "xgboost_regressor"]


def fitted(model_type: str, table: pd.DataFrame, classes: int = 3) -> BaseModel:
    model = ModelFactory.create(model_type)
    if model_type not in ("logistic", "linear"):
        model.set_params(n_estimators=10)
    edges = np.linspace(-1, 1, classes + 1)[1:-1]
    y = np.digitize(table["a"], edges) if model.task == "classification" else table["a"] * 100 + table["b"]
    trained: BaseModel = model.fit(table, y)
    return trained


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("model_type", COMPILED)
def test_the_compiled_model_equals_the_native_one(model_type: str, classes: int, table: pd.DataFrame) -> None:
    model = fitted(model_type, table, classes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = compile_onnx(model, table)
    assert result.onnx is not None, result.note
    assert result.parity is not None and result.parity <= TOLERANCE
    assert model.signature is not None
    compiled = OnnxPredictor(result.onnx, model.signature)
    fresh = pd.DataFrame(np.random.default_rng(9).normal(size=(500, 3)), columns=["c", "b", "a"])
    if model.task == "classification":
        assert compiled.predict(fresh).tolist() == model.predict(fresh).tolist()
        np.testing.assert_allclose(compiled.predict_proba(fresh), model.predict_proba(fresh), atol=TOLERANCE)
    else:
        np.testing.assert_allclose(compiled.predict(fresh), model.predict(fresh), rtol=1e-4, atol=1e-3)
        with pytest.raises(PredictionError, match="no probabilities"):
            compiled.predict_proba(fresh)


def test_split_points_and_their_neighbours_are_compared(table: pd.DataFrame) -> None:
    model = fitted("random_forest", table)
    rows = parity_rows(model, table)
    thresholds = {float(np.float32(point)) for point in model._split_points()[1]}
    probed = rows.iloc[len(table) :].to_numpy().ravel()
    assert len(rows) > len(table)
    assert sum(value in thresholds for value in probed) >= (len(rows) - len(table)) // 3


def test_booleans_are_turned_and_values_left_out(table: pd.DataFrame) -> None:
    odd = table.assign(flag=table["a"] > 0, holed=table["b"].mask(table["c"] > 0.5))
    model = ModelFactory.create("random_forest", n_estimators=10).fit(odd, table["a"] + table["c"] > 0)
    rows = parity_rows(model, odd)
    assert not rows[["a", "b", "c"]].isna().any().any()
    assert rows["holed"][len(odd) :].isna().sum() > odd["holed"].isna().sum()
    of_sample = set(zip(odd["a"], odd["flag"], strict=True))
    assert any(pair not in of_sample for pair in zip(rows["a"], rows["flag"], strict=True))
    result = compile_onnx(model, odd)
    assert result.onnx is not None, result.note


def test_missing_values_are_compared_where_the_sample_has_none(table: pd.DataFrame) -> None:
    holed = table.assign(a=table["a"].mask(table["b"] > 0.3))
    model = ModelFactory.create("xgboost", n_estimators=10).fit(holed, table["b"] > 0)
    assert parity_rows(model, holed.dropna())["a"].isna().any()


def test_a_model_that_disagrees_is_served_natively(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, other = fitted("random_forest", table), fitted("random_forest", -table)
    onnx = other._to_onnx()
    monkeypatch.setattr(type(model), "_to_onnx", lambda self: onnx)
    result = compile_onnx(model, table)
    assert result.onnx is None
    assert result.note.startswith("Served natively: labels differ")


def test_missing_values_are_compared_too(table: pd.DataFrame) -> None:
    # The converter of forests loses the branch of missing values; parity must notice or the model be equal.
    holed = table.mask(np.random.default_rng(1).random(table.shape) < 0.2)
    for model_type in ("random_forest", "xgboost"):
        model = ModelFactory.create(model_type, n_estimators=10).fit(holed, table["a"] > 0)
        result = compile_onnx(model, holed)
        if result.onnx is not None:
            compiled = OnnxPredictor(result.onnx, model.signature)
            assert compiled.predict(holed).tolist() == model.predict(holed).tolist()
        else:
            assert "differ" in result.note


def test_a_converter_that_fails_means_native_serving(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = fitted("linear", table)

    def fail(self: BaseModel) -> bytes:
        raise RuntimeError("no such operator")

    monkeypatch.setattr(type(model), "_to_onnx", fail)
    assert compile_onnx(model, table).note == "Served natively: the converter failed (RuntimeError)."


def test_families_without_a_form_say_why(table: pd.DataFrame) -> None:
    X = pd.DataFrame({"text": ["a long text with words", "another long text here"] * 5})
    model = ModelFactory.create("table_classifier").fit(X, [0, 1] * 5)
    note = "Served natively: the columns of a table are encoded outside an ONNX graph."
    assert compile_onnx(model, X).note == note
    numbers = ModelFactory.create("table_classifier").fit(table, np.arange(len(table)) % 2)
    assert compile_onnx(numbers, table).note == note  # true without a text, category or time too
    regimes = ModelFactory.create("hmm", n_components=2, n_init=1).fit(table)
    assert "all bars before it" in compile_onnx(regimes, table).note


def test_unfitted_is_an_error(table: pd.DataFrame) -> None:
    with pytest.raises(PredictionError, match="must be fitted"):
        compile_onnx(ModelFactory.create("linear"), table)


@pytest.fixture
def predictor(table: pd.DataFrame) -> OnnxPredictor:
    model = fitted("random_forest", table)
    onnx = compile_onnx(model, table).onnx
    assert onnx is not None and model.signature is not None
    return OnnxPredictor(onnx, model.signature)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39])
def test_the_short_way_of_arrays_refuses_what_the_signature_refuses(
    predictor: OnnxPredictor, value: float
) -> None:
    with pytest.raises(PredictionError):
        predictor.predict(np.array([[0.0, value, 0.0]]))


@pytest.mark.parametrize("shape", [(1, 2), (1, 4), (0, 3)])
def test_arrays_of_another_shape_are_refused(predictor: OnnxPredictor, shape: tuple[int, int]) -> None:
    with pytest.raises(PredictionError):
        predictor.predict(np.zeros(shape))


def test_every_table_gets_the_same_answer(predictor: OnnxPredictor, table: pd.DataFrame) -> None:
    expected = predictor.predict_proba(table)
    for given in (
        table.to_numpy(),
        np.asfortranarray(table.to_numpy()),
        table[["c", "a", "b"]],
        table.to_dict("records"),
        table.to_numpy().tolist(),
    ):
        np.testing.assert_array_equal(predictor.predict_proba(given), expected)
    with pytest.raises(PredictionError, match="must hold numbers"):
        predictor.predict(table.astype({"a": str}))


def test_the_probes_are_bounded(table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PROBES", 9)
    assert len(parity_rows(fitted("random_forest", table), table)) == len(table) + 9


@pytest.mark.parametrize("model_type", ["xgboost", "random_forest", "logistic"])
def test_the_same_model_compiles_to_the_same_bytes(model_type: str) -> None:
    X = np.random.default_rng(0).normal(size=(80, 3))
    model = ModelFactory.create(model_type, random_state=0).fit(X, (X[:, 0] > 0).astype(int))
    assert compile_onnx(model, X).onnx == compile_onnx(model, X).onnx


def test_without_a_clock_nothing_is_timed() -> None:
    X = pd.DataFrame({"a": np.arange(20.0)})
    result = compile_onnx(ModelFactory.create("linear").fit(X, X["a"]), X, clock=None)
    assert result.onnx is not None and result.speed is None and result.parity is not None
