"""Laws of the input: by name, of every kind, never written to, and refused where it does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.columns import ColumnKind
from ...core.errors import DataProcessingError, PredictionError
from ...core.optional import available
from ..base import BaseModel
from .example import answers, fitted, hold, is_numeric, is_table, make_data, refuses, same


def columns_go_by_name(family: type[BaseModel]) -> None:
    """The order of the input's columns does not matter; a missing or unknown one is refused."""
    model, X, _ = fitted(family)
    if not is_table(X):
        return
    same(answers(model, X), answers(model, X[X.columns[::-1]]), "with columns in another order")
    if X.shape[1] > 1:
        refuses(lambda: model.predict(X.drop(columns=X.columns[1])), PredictionError, "an absent column")
    refuses(lambda: model.predict(X.assign(other=1.0)), PredictionError, "an unknown column")


def names_need_not_be_text(family: type[BaseModel]) -> None:
    """Numbers as column names stand for their text, in training and in prediction."""
    model, X, y = fitted(family)
    if not is_table(X):
        return
    numbered = X.set_axis(range(X.shape[1]), axis=1)
    found = family._small().fit(numbered, y)
    same(answers(model, X), answers(found, numbered), "with numbers as names")
    same(
        answers(model, X), answers(found, numbered.set_axis(map(str, numbered.columns), axis=1)), "with text"
    )


def input_stays_as_it_was(family: type[BaseModel]) -> None:
    """Neither fit nor predict writes to what it is given."""
    model = family._small()
    X, y = make_data(model)
    before = [_copy(X), _copy(y)]
    answers(model.fit(X, y), X)
    hold(all(map(_equal, [X, y], before)), "fit or predict wrote to its input")


def tables_of_every_kind(family: type[BaseModel]) -> None:
    """A pandas frame, a polars frame and an array in the signature's order get the same answers."""
    model, X, _ = fitted(family)
    if not is_table(X):
        return
    expected = answers(model, X)
    if is_numeric(X):
        same(expected, answers(model, X.to_numpy()), "from an array")
        nullable = X.astype("Float64")
        same(expected, answers(model, nullable), "from a frame of pandas' nullable types")
    if available("polars"):
        import polars as pl

        same(expected, answers(model, pl.DataFrame(X.to_dict("list"))), "from polars")


def missing_values_as_declared(family: type[BaseModel]) -> None:
    """Missing values are learnt from or refused as declared; one that training never saw is refused."""
    model, X, y = fitted(family)
    if not is_numeric(X):
        return
    holed = X.copy()
    holed.iloc[::7, 0] = np.nan
    refuses(lambda: model.predict(holed), PredictionError, "a missing value where training had none")
    if model.handles_missing:
        found = answers(family._small().fit(holed, y), holed)
        hold(all(np.isfinite(one).all() for one in found if one.dtype.kind == "f"), "answers are not finite")
    else:
        refuses(lambda: family._small().fit(holed, y), DataProcessingError, "training with missing values")


def unusable_values_are_refused(family: type[BaseModel]) -> None:
    """Infinity, text among numbers, complex numbers and no rows are refused in training and in prediction."""
    model, X, y = fitted(family)
    if not is_numeric(X):
        return
    name = X.columns[0]
    cases: dict[str, pd.DataFrame] = {
        "infinity": X.assign(**{name: X[name].where(X.index != X.index[4], np.inf)}),
        "minus infinity": X.assign(**{name: X[name].where(X.index != X.index[4], -np.inf)}),
        "a number beyond 32 bits": X.assign(**{name: X[name].where(X.index != X.index[4], 1e300)}),
        "complex numbers": X.assign(**{name: X[name] + 1j}),
    }
    for what, table in cases.items():
        refuses(lambda table=table: model.predict(table), PredictionError, what)  # type: ignore[misc]
        refuses(lambda table=table: family._small().fit(table, y), DataProcessingError, what)  # type: ignore[misc]
    words = X.assign(**{name: X[name].map(str)})
    refuses(lambda: model.predict(words), PredictionError, "numbers written as text")
    refuses(lambda: model.predict(X[:0]), PredictionError, "no rows")
    refuses(lambda: family._small().fit(X[:0], y if y is None else y[:0]), DataProcessingError, "no rows")


def unseen_categories_as_declared(family: type[BaseModel]) -> None:
    """A category that training never saw is answered where the signature accepts it, and refused where not."""
    if ColumnKind.CATEGORY not in family.accepts:
        return
    X, y = make_data(family._small())
    if not is_table(X):
        return
    known = X.assign(kind=np.where(np.arange(len(X)) % 2, "even", "odd"))
    model = family._small().fit(known, y)
    strange = known.assign(kind="never seen")
    field = next(one for one in model.signature.inputs if one.name == "kind")  # type: ignore[union-attr]
    if field.unseen == "refuse":
        refuses(lambda: model.predict(strange), PredictionError, "an unseen category")
    else:
        found = answers(model, strange)
        hold(all(np.isfinite(one).all() for one in found if one.dtype.kind == "f"), "answers are not finite")


def _copy(value: Any) -> Any:
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return value.copy(deep=True)
    return value.copy() if hasattr(value, "copy") else value


def _equal(now: Any, then: Any) -> bool:
    if isinstance(now, (pd.DataFrame, pd.Series)):
        return bool(now.equals(then))
    return bool(np.array_equal(now, then)) if isinstance(now, np.ndarray) else now == then
