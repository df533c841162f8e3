"""What the laws are tried on: small data that suit a family, fitted models, and the words of a broken law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..base import BaseModel
from ..factory import ModelFactory

ROWS = 120


def make_data(model: BaseModel, rows: int = ROWS, seed: int = 0) -> tuple[Any, Any]:
    """Return a small table and a target that suit the model (``None`` where its task has no target)."""
    own = type(model)._example(rows, seed)
    if own is not None:
        return own
    generator = np.random.default_rng(seed)
    X = pd.DataFrame(generator.normal(size=(rows, 3)), columns=["c", "a", "b"])
    signal = X["c"] + 0.5 * X["a"]
    if model.task == "classification":
        return X, pd.Series(np.where(signal > 0, "up", "down"), name="y")
    if model.task == "regression":
        return X, signal
    return X + np.where(np.arange(rows) % 60 < 30, 3.0, -3.0)[:, None], None


def registered_families() -> dict[str, type[BaseModel]]:
    """Return the class behind every registered type, by type name."""
    return {name: type(ModelFactory.create(name)) for name in ModelFactory.types()}


def fitted(family: type[BaseModel], seed: int = 0) -> tuple[BaseModel, Any, Any]:
    """Return a fitted model of the family and what it was fitted on."""
    model = family._small()
    X, y = make_data(model, seed=seed)
    return model.fit(X, y), X, y


def is_table(X: Any) -> bool:
    """Say whether an example is a table of named columns (texts and images are not)."""
    return isinstance(X, pd.DataFrame)


def is_numeric(X: Any) -> bool:
    """Say whether an example is a table of numbers only."""
    return is_table(X) and all(dtype.kind in "fiu" for dtype in X.dtypes)


def answers(model: BaseModel, X: Any) -> list[np.ndarray]:
    """Return everything the model says about X."""
    found = [model.predict(X)]
    found += [getattr(model, name)(X) for name in ("predict_proba", "score_samples") if hasattr(model, name)]
    return found


def hold(condition: object, otherwise: str) -> None:
    """Raise unless ``condition`` is true."""
    if not condition:  # not an assert statement: it would vanish under python -O
        raise AssertionError(otherwise)


def same(left: list[np.ndarray], right: list[np.ndarray], what: str) -> None:
    """Raise unless two models' answers are equal to the last bit."""
    hold(len(left) == len(right), f"{what}: one gives probabilities, the other does not")
    for one, other in zip(left, right, strict=True):
        hold(np.array_equal(one, other), f"{what}: the answers differ")


def near(one: np.ndarray, other: np.ndarray, what: str) -> None:
    """Raise unless numbers are equal but for rounding, and everything else exactly."""
    if one.dtype.kind == "f":
        hold(np.allclose(one, other, rtol=1e-6, atol=1e-9), what)
    else:
        hold((one == other).all(), what)


def refuses(call: Callable[[], object], error: type[Exception], what: str) -> None:
    """Raise unless ``call`` raises ``error``."""
    try:
        call()
    except error:
        return
    raise AssertionError(f"{what} must raise {error.__name__}")
