"""Laws of the answers: of the task's kind, one for each row, and untouched by other rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from ...core.errors import PredictionError
from ..base import BaseModel
from ..formats import dump_model, load_model
from .example import answers, fitted, hold, make_data, near, same


def labels_come_back(family: type[BaseModel]) -> None:
    """Labels of a classifier keep their type; probabilities are in their order and sum to one."""
    model = family._small()
    if model.task != "classification":
        return
    X, y = make_data(model)
    first = np.asarray(y) == sorted(set(y))[0]
    words = pd.Series(np.where(first, "up", "down"))
    whole = pd.Series(np.where(first, 7, -2))
    for labels in (
        first,
        whole.to_numpy(),
        np.where(first, np.uint64(2**63 + 1), np.uint64(1)),
        words.to_numpy(dtype=object),
        words.astype("str"),
        words.astype("string"),
        words.astype("category"),
        whole.astype("Int64"),
        pd.Series(first).astype("boolean"),
    ):
        fresh = family._small().fit(X, labels)
        answer = fresh.predict(X)
        hold({type(one) for one in answer.tolist()} == {type(one) for one in labels.tolist()}, "another type")
        hold(set(answer.tolist()) <= set(labels.tolist()), "unknown labels")
        shares = fresh.predict_proba(X)
        hold(shares.shape == (len(X), 2) and np.allclose(shares.sum(axis=1), 1.0), "not probabilities")
        hold((fresh.classes_[shares.argmax(axis=1)] == answer).all(), "columns in another order")


def answers_of_the_task(family: type[BaseModel]) -> None:
    """There is one finite answer for each row, of the kind that the task says."""
    model, X, _ = fitted(family)
    found = model.predict(X)
    hold(found.shape == (len(X),), "not one answer for each row")
    if model.task in ("regression", "forecasting"):
        hold(found.dtype == np.float64 and np.isfinite(found).all(), "not finite numbers")
    hold(hasattr(model, "following") == (model.task == "forecasting"), "following(X) is for forecasters")
    if model.task == "forecasting":
        truth = model.following(X)
        hold(
            truth.shape == (len(X),) and np.isnan(truth[-1]),
            "not what follows each row, unknown after the last",
        )
        hold(np.isfinite(model.score(X, None)), "a forecaster is scored on the table alone")
    if model.task == "anomaly":
        hold(set(found.tolist()) <= {1, -1}, "an anomaly is -1, the rest is 1")
        score = model.score_samples(X)
        worst, best = score[found == -1].max(initial=-np.inf), score[found == 1].min(initial=np.inf)
        hold(worst <= best, "a row with a lower score must not be less of an anomaly")
    if model.task in ("clustering", "regime"):
        hold(found.dtype.kind == "i" and found.min() >= -1, "not numbers from 0 (or -1 for noise)")


def rows_stand_alone(family: type[BaseModel]) -> None:
    """The answer for a row does not depend on the rows around it."""
    model, X, _ = fitted(family)
    for whole, single in zip(answers(model, X), answers(model, X[5:6]), strict=True):
        near(whole[5:6], single, "alone it gets another answer")


def threads_share_a_model(family: type[BaseModel]) -> None:
    """Threads that ask one loaded model at once get the answers of one thread."""
    model, X, _ = fitted(family)
    expected = answers(model, X)
    shared = load_model(dump_model(model))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: answers(shared, X), range(12)))
    for one in found:
        same(expected, one, "from one of several threads")


def later_rows_change_nothing(family: type[BaseModel]) -> None:
    """Appending rows leaves the answers for earlier ones as they were."""
    model, X, _ = fitted(family)
    for whole, part in zip(answers(model, X), answers(model, X[:50]), strict=True):
        near(whole[:50], part, "an earlier answer changed")


def importance_names_its_method(family: type[BaseModel]) -> None:
    """Importances cover every input, are finite and say how they were measured; or the family says it has none."""
    model, _, _ = fitted(family)
    try:
        found = model.feature_importance()
    except PredictionError:
        return
    hold(set(found) == set(model.signature.names), "an input is missing")  # type: ignore[union-attr]
    hold(len(found.method) > 10, "the method is not named")
    values = list(found.values())
    hold(np.isfinite(values).all() and values == sorted(values, reverse=True), "not finite or not in order")
