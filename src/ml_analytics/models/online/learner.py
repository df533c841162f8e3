"""What all online models have in common: one row after the other, in one fit or in many pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import pandas as pd

from ...core.errors import (
    DataProcessingError,
    ModelSaveError,
    ParameterError,
    PredictionError,
    UnsafeArtifactError,
)
from ...core.frames import Table
from ...core.optional import require
from ...core.signature import FLOAT32_MAX, Signature
from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import check_hyperparameters
from ..labels import class_numbers, number_target
from ..state import STATE, json_exactly, read_json
from ..task import OUTPUT
from ..training_data import learning_table

_TELL_EVERY = 1000


class Engine(Protocol):
    """What learns: columns are numbered, classes too."""

    def learn(self, row: Mapping[int, float], y: float) -> None:
        """Take one row."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Return everything learnt as plain JSON; lists where order matters."""
        ...


class OnlineModel(BaseModel):
    """Learns row after row, each once, in the order given; ``fit`` forgets first, ``partial_fit`` goes on.

    One pass in one ``fit`` and in several ``partial_fit`` is the same model. A stored model goes on learning
    from where it was. ``partial_fit`` checks all its rows before it learns the first; interrupted, it has learnt
    the rows so far.
    """

    accepts = NUMBERS
    onnx_note = "it goes on learning; a compiled copy would stand still"
    _engine: Any

    def partial_fit(self, X: Table, y: Any, classes: Sequence[Any] | None = None) -> Self:
        """Go on learning from X (n_samples, n_features) and y (n_samples,).

        ``classes`` names every label of a classifier at its first rows, when those do not have them all;
        later it is ignored.

        Raises:
            ParameterError: labels that are not among the classes, or a target that does not fit.
            DataProcessingError: rows that do not fit those learnt before.
        """
        if not self.is_fitted:
            return self.fit(X, y) if classes is None else self._begin(X, y, classes)
        assert self.signature is not None  # noqa: S101 - it is fitted
        owner = f"{type(self).__name__}.partial_fit"
        try:
            frame = self.signature.check(X)
        except PredictionError as error:
            raise DataProcessingError(f"{owner} cannot go on with X: {error}") from error
        values, target = matrix(frame), self._numbers(y, len(frame), owner)
        for row, answer in zip(values, target, strict=True):
            self._engine.learn(dict(enumerate(row.tolist())), answer)
        self._widen(values.min(axis=0).tolist(), values.max(axis=0).tolist())
        return self

    def learn_one(self, x: Mapping[str, float], y: Any) -> Self:
        """Go on learning from one row, a mapping by column name; the fast way for a stream."""
        self._require_fitted()
        assert self.signature is not None  # noqa: S101 - it is fitted
        names = self.signature.names
        plain = len(x) == len(names) and all(
            type(x.get(name)) in (int, float) and abs(x[name]) <= FLOAT32_MAX for name in names
        )
        if not plain:
            return self.partial_fit(pd.DataFrame([dict(x)]), [y])
        answer = self._numbers([y], 1, f"{type(self).__name__}.learn_one")[0]
        row = [float(x[name]) for name in names]
        self._engine.learn(dict(enumerate(row)), answer)
        self._widen(row, row)
        return self

    # -- what a family writes ------------------------------------------------------------------------

    def _new_engine(self, classes: int, width: int) -> Any:
        raise NotImplementedError

    def _read_engine(self, plain: Mapping[str, Any], classes: int, width: int) -> Any:
        raise NotImplementedError

    # -- bookkeeping ---------------------------------------------------------------------------------

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        require("river", "online", type(self).__name__)
        classes = len(self.classes_) if self.task == "classification" else 0
        engine = self._new_engine(classes, X.shape[1])
        values = matrix(X).tolist()
        for done, (row, answer) in enumerate(zip(values, np.asarray(y).tolist(), strict=True), 1):
            engine.learn(dict(enumerate(row)), answer)
            if done % _TELL_EVERY == 0 or done == len(values):
                self._tell(done, len(values))
        self._engine = engine

    def _begin(self, X: Table, y: Any, classes: Sequence[Any]) -> Self:
        """Learn the first rows of a classifier whose labels are all named."""
        owner = f"{type(self).__name__}.partial_fit"
        check_hyperparameters(self)
        known, _ = class_numbers(list(classes), len(list(classes)), owner)
        frame = learning_table(X, owner)
        signature = Signature.infer(frame, OUTPUT[self.task], known)
        self._check_training(signature, frame, owner)
        before = self.__dict__.copy()
        self._signature = signature
        try:
            self._fit(frame, self._numbers(y, len(frame), owner))
        except BaseException:
            self.__dict__ = before
            raise
        return self

    def _numbers(self, y: Any, rows: int, owner: str) -> list[Any]:
        """Return class numbers, or the numbers themselves."""
        if self.task == "regression":
            return list(number_target(y, rows, owner).tolist())
        if y is None or np.ndim(y) != 1 or len(y) != rows:
            raise ParameterError.of(
                "y", owner, f"as long as X ({rows} rows)", "no target" if y is None else np.shape(y)
            )
        known = self.classes_.tolist()
        table = {(type(one), one): number for number, one in enumerate(known)}
        labels = [one.item() if isinstance(one, np.generic) else one for one in np.asarray(y, dtype=object)]
        wrong = next((one for one in labels if (type(one), one) not in table), None)
        if wrong is not None or None in labels:
            raise ParameterError.of("y", owner, f"among the classes {known}", wrong)
        return [table[type(one), one] for one in labels]

    def _widen(self, low: list[float], high: list[float]) -> None:
        """Keep the ranges of the signature what was seen in training."""
        assert self.signature is not None  # noqa: S101 - it is fitted
        inputs = self.signature.inputs
        if all(
            one.minimum is None or (one.minimum <= least and most <= (one.maximum or 0.0))
            for one, least, most in zip(inputs, low, high, strict=True)
        ):
            return
        wide = tuple(
            one
            if one.minimum is None or one.maximum is None
            else replace(one, minimum=min(one.minimum, least), maximum=max(one.maximum, most))
            for one, least, most in zip(inputs, low, high, strict=True)
        )
        self._signature = Signature(wide, self.signature.output, self.signature.classes)

    def _state(self) -> dict[str, bytes]:
        try:
            return {STATE: json_exactly(self._engine.to_json(), "what was learnt")}
        except AttributeError as error:  # a river of another build
            raise ModelSaveError(f"{type(self).__name__} cannot be stored: {error}.") from error

    def _restore(self, files: Mapping[str, bytes]) -> None:
        require("river", "online", type(self).__name__)
        classes = len(self.classes_) if self.task == "classification" else 0
        try:
            self._engine = self._read_engine(read_json(files[STATE]), classes, self._width)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise UnsafeArtifactError(
                "A stored online model must have well-formed numbers. Got others."
            ) from error

    exempt_laws: ClassVar[Mapping[str, str]] = {}


def number(value: Any) -> float:
    """Return a stored number.

    Raises:
        UnsafeArtifactError: it is not a finite number.
    """
    if type(value) not in (int, float) or not np.isfinite(value):
        raise UnsafeArtifactError("A stored online model must hold finite numbers.")
    return float(value)


def count(value: Any, below: int) -> int:
    """Return a stored whole number from 0 to below ``below``.

    Raises:
        UnsafeArtifactError: it is not.
    """
    if type(value) is not int or not 0 <= value < below:
        raise UnsafeArtifactError(f"A stored online model must hold whole numbers below {below} here.")
    return value
