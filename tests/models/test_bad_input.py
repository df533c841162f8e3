"""Tables at the edge of what can be learnt, over every family that learns from a table of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ml_analytics import MLFrameworkError
from ml_analytics.models import BaseModel
from ml_analytics.models.testing import make_data, registered_families
from ml_analytics.models.testing.example import is_numeric

FAMILIES = {
    one.model_type or name: one
    for name, one in registered_families().items()
    if is_numeric(make_data(one._small())[0])
}
NO_WIDE = {
    "gaussian_mixture": "at most 1000 columns",
    "hmm": "at most 500 columns",
}


def target(family: type[BaseModel], X: np.ndarray) -> Any:
    if family._small().task == "classification":
        return np.where(X[:, 0] > np.median(X[:, 0]), "up", "down")
    return X[:, 0] if family._small().task == "regression" else None


def answers(model: BaseModel, X: np.ndarray) -> np.ndarray:
    found = model.predict(X)
    assert found.shape == (len(X),)
    if found.dtype.kind == "f":
        assert np.isfinite(found).all()
    return found


@pytest.mark.parametrize("name", FAMILIES)
def test_ten_thousand_columns_are_learnt_or_refused_in_a_sentence(name: str) -> None:
    X = np.random.default_rng(0).normal(size=(40, 10_000))
    model, y = FAMILIES[name]._small(), target(FAMILIES[name], X)
    if name in NO_WIDE:
        with pytest.raises(MLFrameworkError, match=NO_WIDE[name]):
            model.fit(X, y)
    else:
        answers(model.fit(X, y), X[:3])


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_few_rows_are_learnt_or_refused_in_a_sentence(name: str, rows: int) -> None:
    X = np.arange(2.0 * rows).reshape(rows, 2)
    y = target(FAMILIES[name], X)
    try:
        model = FAMILIES[name]._small().fit(X, y)
    except MLFrameworkError as error:
        assert len(str(error)) < 300
    else:
        answers(model, X)


@pytest.mark.parametrize("name", FAMILIES)
def test_columns_that_depend_on_each_other_are_learnt(name: str) -> None:
    a = np.random.default_rng(0).normal(size=(90, 2))
    X = np.column_stack([a, a.sum(axis=1), a[:, 0] * 2 - a[:, 1], a[:, 0]])
    answers(FAMILIES[name]._small().fit(X, target(FAMILIES[name], X)), X)


@pytest.mark.parametrize("name", FAMILIES)
def test_only_constant_columns_are_learnt_or_refused_in_a_sentence(name: str) -> None:
    X = np.full((60, 3), 4.0)
    y: Any = None
    if FAMILIES[name]._small().task == "classification":
        y = np.arange(60) % 3 == 0
    elif FAMILIES[name]._small().task == "regression":
        y = np.arange(60.0)
    found = answers(FAMILIES[name]._small().fit(X, y), X)
    if "rows_stand_alone" not in FAMILIES[name].exempt_laws:
        assert len(set(found.tolist())) == 1
