"""The conformance suite: laws that every model family keeps, for this package's tests and for yours.

Every registered type is crossed with every law. A class opts out of a law by name, with the reason, in its
``exempt_laws``. In the tests of a package with a family of its own::

    @pytest.mark.parametrize("law", LAWS)
    def test_my_family(law):
        check(MyModel, law)
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from ..core.errors import DataProcessingError, ModelSaveError, PredictionError
from ..core.optional import available
from .base import BaseModel
from .compile import TOLERANCE, OnnxPredictor, compile_onnx
from .factory import ModelFactory
from .formats import dump_model, load_model

ROWS = 120


def make_data(model: BaseModel, rows: int = ROWS, seed: int = 0) -> tuple[pd.DataFrame, Any]:
    """Return a small numeric table and a target that suits the model's task (``None`` for regimes)."""
    generator = np.random.default_rng(seed)
    X = pd.DataFrame(generator.normal(size=(rows, 3)), columns=["c", "a", "b"])
    signal = X["c"] + 0.5 * X["a"]
    if model.task == "classification":
        return X, pd.Series(np.where(signal > 0, "up", "down"), name="y")
    if model.task == "regression":
        return X, signal
    return X + np.where(np.arange(rows) % 60 < 30, 3.0, -3.0)[:, None], None


def check(family: type[BaseModel], law: str) -> None:
    """Hold ``family`` to ``law`` (a name in :data:`LAWS`); nothing happens where it is exempt.

    Raises:
        AssertionError: the law is broken; the message says how.
    """
    if law not in family.exempt_laws:
        LAWS[law](family)


def registered_families() -> dict[str, type[BaseModel]]:
    """Return the class behind every registered type, by type name."""
    return {name: type(ModelFactory.create(name)) for name in ModelFactory.types()}


def _hold(condition: object, otherwise: str) -> None:
    if not condition:  # not an assert statement: it would vanish under python -O
        raise AssertionError(otherwise)


def _fitted(family: type[BaseModel], seed: int = 0) -> tuple[BaseModel, pd.DataFrame, Any]:
    model = family._small()
    X, y = make_data(model, seed=seed)
    return model.fit(X, y), X, y


def _answers(model: BaseModel, X: Any) -> list[np.ndarray]:
    """Return everything the model says about X."""
    answers = [model.predict(X)]
    with contextlib.suppress(PredictionError):  # the family gives no probabilities
        answers.append(model.predict_proba(X))
    return answers


def _same(left: list[np.ndarray], right: list[np.ndarray], what: str) -> None:
    _hold(len(left) == len(right), f"{what}: one gives probabilities, the other does not")
    for one, other in zip(left, right, strict=True):
        _hold(np.array_equal(one, other), f"{what}: the answers differ")


def _refuses(call: Callable[[], object], error: type[Exception], what: str) -> None:
    try:
        call()
    except error:
        return
    raise AssertionError(f"{what} must raise {error.__name__}")


def same_seed_same_bytes(family: type[BaseModel]) -> None:
    """Two fits on the same data are the same model, byte for byte."""
    first, second = _fitted(family)[0], _fitted(family)[0]
    _hold(dump_model(first) == dump_model(second), "two fits with one seed differ")


def dump_and_load_change_nothing(family: type[BaseModel]) -> None:
    """A stored model answers exactly as before, and stores to the same bytes again."""
    model, X, _ = _fitted(family)
    data = dump_model(model)
    loaded = load_model(data)
    _same(_answers(model, X), _answers(loaded, X), "after loading")
    _hold(dump_model(loaded) == data, "stored again, the bytes differ")
    _hold(loaded.signature == model.signature, "the signature was not kept")


def columns_go_by_name(family: type[BaseModel]) -> None:
    """The order of the input's columns does not matter; a missing or unknown one is refused."""
    model, X, _ = _fitted(family)
    _same(_answers(model, X), _answers(model, X[["b", "c", "a"]]), "with columns in another order")
    _refuses(lambda: model.predict(X.drop(columns="a")), PredictionError, "an absent column")
    _refuses(lambda: model.predict(X.assign(other=1.0)), PredictionError, "an unknown column")


def input_stays_as_it_was(family: type[BaseModel]) -> None:
    """Neither fit nor predict writes to what it is given."""
    model = family._small()
    X, y = make_data(model)
    before = [X.copy(deep=True)] if y is None else [X.copy(deep=True), y.copy(deep=True)]
    _answers(model.fit(X, y), X)
    same = all(now.equals(then) for now, then in zip([X, y], before, strict=False))
    _hold(same, "fit or predict wrote to its input")


def tables_of_every_kind(family: type[BaseModel]) -> None:
    """A pandas frame, a polars frame and an array in the signature's order get the same answers."""
    model, X, _ = _fitted(family)
    expected = _answers(model, X)
    _same(expected, _answers(model, X.to_numpy()), "from an array")
    if available("polars"):
        import polars as pl

        _same(expected, _answers(model, pl.DataFrame(X.to_dict("list"))), "from polars")


def missing_values_as_declared(family: type[BaseModel]) -> None:
    """Missing values are learnt from or refused as declared; one that training never saw is refused."""
    model, X, y = _fitted(family)
    holed = X.copy()
    holed.iloc[::7, 0] = np.nan
    _refuses(lambda: model.predict(holed), PredictionError, "a missing value where training had none")
    if model.handles_missing:
        answers = _answers(family._small().fit(holed, y), holed)
        _hold(
            all(np.isfinite(one).all() for one in answers if one.dtype.kind == "f"), "answers are not finite"
        )
    else:
        _refuses(lambda: family._small().fit(holed, y), DataProcessingError, "training with missing values")


def compiled_equals_native(family: type[BaseModel]) -> None:
    """What compiles answers alike on rows never seen; what does not says why."""
    model, X, _ = _fitted(family)
    result = compile_onnx(model, X)
    _hold(result.note, "a note is missing")
    if result.onnx is None or model.signature is None:
        return
    fresh, _ = make_data(model, seed=1)
    compiled = OnnxPredictor(result.onnx, model.signature)
    if model.task == "classification":
        _hold((compiled.predict(fresh) == model.predict(fresh)).all(), "labels differ")
        _hold(
            np.abs(compiled.predict_proba(fresh) - model.predict_proba(fresh)).max() <= TOLERANCE,
            "the answers differ",
        )
    else:
        _hold(
            np.allclose(compiled.predict(fresh), model.predict(fresh), rtol=TOLERANCE, atol=TOLERANCE),
            "the answers differ",
        )


def unfitted_says_so(family: type[BaseModel]) -> None:
    """A model that has learnt nothing neither answers nor is stored."""
    model = family._small()
    X, _ = make_data(model)
    _refuses(lambda: model.predict(X), PredictionError, "predicting unfitted")
    _refuses(lambda: dump_model(model), ModelSaveError, "storing unfitted")


def clones_and_parameters(family: type[BaseModel]) -> None:
    """scikit-learn's ``clone`` gives an unfitted twin that learns the same."""
    model, X, y = _fitted(family)
    twin = clone(model)
    _hold(not twin.is_fitted, "a clone must not be fitted")
    _hold(repr(twin.get_params()) == repr(model.get_params()), "parameters differ")
    _same(_answers(model, X), _answers(twin.fit(X, y), X), "a clone's")


def labels_come_back(family: type[BaseModel]) -> None:
    """Labels of a classifier keep their type; probabilities are in their order and sum to one."""
    model = family._small()
    if model.task != "classification":
        return
    X, y = make_data(model)
    for labels in ((y == "up").to_numpy(), np.where(y == "up", 7, -2), y):
        fitted = family._small().fit(X, labels)
        answer = fitted.predict(X)
        _hold(
            {type(one) for one in answer.tolist()} == {type(one) for one in labels.tolist()}, "another type"
        )
        _hold(set(answer.tolist()) <= set(labels.tolist()), "unknown labels")
        shares = fitted.predict_proba(X)
        _hold(shares.shape == (len(X), 2) and np.allclose(shares.sum(axis=1), 1.0), "not probabilities")
        _hold((fitted.classes_[shares.argmax(axis=1)] == answer).all(), "columns in another order")


def rows_stand_alone(family: type[BaseModel]) -> None:
    """The answer for a row does not depend on the rows around it."""
    model, X, _ = _fitted(family)
    for whole, single in zip(_answers(model, X), _answers(model, X[5:6]), strict=True):
        if whole.dtype.kind == "f":
            _hold(np.allclose(whole[5:6], single, rtol=1e-6, atol=1e-9), "alone it gets another answer")
        else:
            _hold((whole[5:6] == single).all(), "alone it gets another answer")


def later_rows_change_nothing(family: type[BaseModel]) -> None:
    """Appending rows leaves the answers for earlier ones as they were."""
    model, X, _ = _fitted(family)
    for whole, part in zip(_answers(model, X), _answers(model, X[:50]), strict=True):
        if whole.dtype.kind == "f":
            _hold(np.allclose(whole[:50], part, rtol=1e-6, atol=1e-9), "an earlier answer changed")
        else:
            _hold((whole[:50] == part).all(), "an earlier answer changed")


LAWS: dict[str, Callable[[type[BaseModel]], None]] = {
    law.__name__: law
    for law in (
        same_seed_same_bytes,
        dump_and_load_change_nothing,
        columns_go_by_name,
        input_stays_as_it_was,
        tables_of_every_kind,
        missing_values_as_declared,
        compiled_equals_native,
        unfitted_says_so,
        clones_and_parameters,
        labels_come_back,
        rows_stand_alone,
        later_rows_change_nothing,
    )
}
"""Every law by name."""
