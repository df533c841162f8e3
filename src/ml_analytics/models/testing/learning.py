"""Laws of learning: repeatable, described, interruptible, and unharmed by odd data."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from ...core.errors import MLFrameworkError, ParameterError
from ..base import BaseModel
from ..formats import dump_model
from ..hyperparameters import Given
from ..task import SUPERVISED
from .example import answers, fitted, hold, is_numeric, is_table, make_data, refuses, same


def same_seed_same_bytes(family: type[BaseModel]) -> None:
    """Two fits on the same data are the same model, byte for byte."""
    first, second = fitted(family)[0], fitted(family)[0]
    hold(dump_model(first) == dump_model(second), "two fits with one seed differ")


def clones_and_parameters(family: type[BaseModel]) -> None:
    """scikit-learn's ``clone`` gives an unfitted twin that learns the same."""
    model, X, y = fitted(family)
    twin = clone(model)
    hold(not twin.is_fitted, "a clone must not be fitted")
    hold(repr(twin.get_params()) == repr(model.get_params()), "parameters differ")
    same(answers(model, X), answers(twin.fit(X, y), X), "a clone's")


def train_does_as_fit(family: type[BaseModel]) -> None:
    """``train`` of a pair, of a mapping and of one table learns what ``fit`` learns."""
    model, X, y = fitted(family)
    expected = answers(model, X)
    same(expected, answers(family._small().train((X, y)), X), "trained from a pair")
    same(expected, answers(family._small().train({"X": X, "y": y}), X), "trained from a mapping")
    if not is_table(X):
        return
    if model.task in SUPERVISED:
        table = X.assign(answer=np.asarray(y))
        same(expected, answers(family._small().train(table, target="answer"), X), "trained from a table")
    else:
        same(expected, answers(family._small().train(X), X), "trained from a table")


def parameters_are_described(family: type[BaseModel]) -> None:
    """Every parameter is described, takes its default and what a search draws, and refuses a foreign value."""
    described = family.hyperparameters
    defaults = {
        name: one.default for name, one in inspect.signature(family).parameters.items() if name != "self"
    }
    hold(set(described) == set(defaults), f"not described: {sorted(set(defaults) ^ set(described))}")
    generator = np.random.default_rng(0)
    X, y = make_data(family._small())
    for name, one in described.items():
        hold(one.about and one.must_be, f"'{name}' is described without words")
        required = isinstance(one, Given) and one.required and defaults[name] is None
        hold(one.accepts(defaults[name]) != required, f"'{name}' does not take its default")
        drawn = [one.sample(generator) for _ in range(20)] if one.tunable else []
        hold(all(one.accepts(value) for value in drawn), f"'{name}' does not take what a search draws")
        odd = family._small().set_params(**{name: _Foreign()})
        try:
            odd.fit(X, y)
        except ParameterError as error:
            hold(f"'{name}'" in str(error), f"the error about '{name}' does not name it")
        else:
            raise AssertionError(f"'{name}' takes anything")


class _Foreign:
    """A value that no parameter takes."""


def drawn_parameters_fit(family: type[BaseModel]) -> None:
    """What a search draws can be fitted (what makes the small instance small stays)."""
    generator = np.random.default_rng(1)
    small = family._small()
    kept = {name for name, value in family().get_params(deep=False).items() if getattr(small, name) != value}
    X, y = make_data(small)
    for _ in range(2):
        drawn = {
            name: one.sample(generator) for name, one in family.search_space().items() if name not in kept
        }
        model = family._small().set_params(**drawn).fit(X, y)
        hold(len(model.predict(X)) == len(X), f"fitted with {drawn} it does not answer")


class _Interrupting:
    """A listener in whose hearing the user presses Ctrl-C."""

    heard = 0

    def stage(self, name: str) -> None:
        """Ignore the stage."""

    def say(self, text: str) -> None:
        """Ignore the finding."""

    def advance(self, done: int, total: int) -> None:
        """Interrupt at the first round."""
        self.heard += 1
        raise KeyboardInterrupt


def interruption_changes_nothing(family: type[BaseModel]) -> None:
    """Interrupted in a round or after the last one, a model is what it was before, and can be fitted again."""
    model, X, y = fitted(family)
    other, other_y = make_data(model, seed=3)
    expected, stored = answers(model, X), dump_model(model)
    listener = _Interrupting()
    try:
        model.fit(other, other_y, progress=listener)
    except KeyboardInterrupt:
        same(expected, answers(model, X), "after an interruption")
        hold(dump_model(model) == stored, "after an interruption the stored bytes differ")
    else:
        hold(listener.heard == 0, "the interruption was swallowed")
    model = _late(family)
    try:
        model.fit(X, y)
    except KeyboardInterrupt:
        hold(not model.is_fitted, "interrupted in its first fit, it must not be fitted")


def _late(family: type[BaseModel]) -> BaseModel:
    """Return an instance that is interrupted when all its work is done."""

    class Late(family):  # type: ignore[misc,valid-type]
        def _fit(self, X: Any, y: Any) -> None:
            super()._fit(X, y)
            raise KeyboardInterrupt

    small = family._small()
    return Late(**small.get_params(deep=False))


def odd_columns_do_no_harm(family: type[BaseModel]) -> None:
    """Constant, equal, tiny and huge columns and repeated rows give finite answers or a sentence."""
    X, y = make_data(family._small())
    if not is_numeric(X):
        return
    first = X[X.columns[0]]
    cases = {
        "a constant column": X.assign(odd=1.0),
        "two equal columns": X.assign(odd=first),
        "a column of 1e-30": X.assign(odd=first * 1e-30),
        "a column of 1e30": X.assign(odd=first * 1e30),
        "whole numbers": X.assign(odd=np.arange(len(X)) % 3),
    }
    for what, table in cases.items():
        try:
            found = answers(family._small().fit(table, y), table)
        except MLFrameworkError:
            continue
        hold(all(np.isfinite(one).all() for one in found if one.dtype.kind == "f"), f"{what}: not finite")


def unusable_targets_are_refused(family: type[BaseModel]) -> None:
    """No target, another length, missing values and a single class are refused in a sentence that names y."""
    model = family._small()
    if model.task not in SUPERVISED:
        return
    X, y = make_data(model)
    holed = np.asarray(y, dtype=object).copy()
    holed[3] = None
    cases: dict[str, Any] = {
        "no target": None,
        "another length": np.asarray(y)[:-1],
        "a missing value": holed,
    }
    if model.task == "classification":
        cases["one class"] = np.full(len(X), "same")
        words = pd.Series(np.asarray(y).astype(str))
        cases["a missing label"] = words.astype("string").mask(words.index == 3)
        cases["a missing category"] = words.astype("category").mask(words.index == 3)
        cases["labels of two types"] = words.astype(object).where(words.index != 3, 3)
    else:
        cases["a missing number"] = pd.Series(np.asarray(y)).astype("Float64").mask(np.arange(len(X)) == 3)
    for what, target in cases.items():
        try:
            family._small().fit(X, target)
        except ParameterError as error:
            hold("'y'" in str(error), f"{what}: the sentence does not name y")
        else:
            raise AssertionError(f"{what} must be refused")
    refuses(lambda: family._small().fit(X, np.zeros((len(X), 2))), ParameterError, "two targets")
