"""The nearest neighbours (Fix and Hodges 1951; Cover and Hart 1967): a baseline that learns by heart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import ParameterError, UnsafeArtifactError
from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import Choice, Hyperparameter, Integer
from ..task import Task
from .neighbours import Neighbours, Standard


class _KNeighbors(BaseModel):
    """What both have in common: standardised rows, neighbours, weights."""

    accepts = NUMBERS
    onnx_note = "the training rows would have to be part of the ONNX graph"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_neighbors": Integer("how many rows are asked", search=(3, 50), log=True),
        "weights": Choice(
            "whether near rows count more", ("uniform", "distance"), search=("uniform", "distance")
        ),
    }
    _neighbours: Neighbours

    def __init__(self, n_neighbors: int = 15, weights: str = "distance") -> None:
        self.n_neighbors = n_neighbors
        self.weights = weights

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        if len(X) < self.n_neighbors:
            owner = f"{type(self).__name__}.fit"
            raise ParameterError.of(
                "X", owner, f"at least n_neighbors={self.n_neighbors} rows", f"{len(X)} sample(s)"
            )
        values = matrix(X)
        standard = Standard.of(values)
        self.mean_, self.scale_ = standard.mean, standard.scale
        self.rows_, self.answers_ = standard.apply(values), np.asarray(y)
        self._neighbours = Neighbours(self.rows_)

    def _asked(self, X: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return (n, k) answers of the nearest rows and (n, k) weights that sum to one."""
        distances, numbers = self._neighbours.nearest(
            Standard(self.mean_, self.scale_).apply(matrix(X)), self.n_neighbors
        )
        weights = np.ones_like(distances)
        if self.weights == "distance":
            same = distances == 0.0  # rows that are the same decide alone
            closest = np.where(same, 1.0, distances[:, :1])
            weights = np.where(
                same.any(axis=1, keepdims=True), same, closest / np.where(same, 1.0, distances)
            )
        return self.answers_[numbers], weights / weights.sum(axis=1, keepdims=True)

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        rows, width = len(self.rows_), self._width
        sound = (
            self.rows_.shape == (rows, width)
            and self.answers_.shape == (rows,)
            and self.answers_.dtype == (np.int64 if self.task == "classification" else np.float64)
            and self.mean_.shape == self.scale_.shape == (width,)
            and 1 <= self.n_neighbors <= rows
        )
        if sound and self.task == "classification":
            sound = bool(((self.answers_ >= 0) & (self.answers_ < len(self.classes_))).all())
        if not sound:
            raise UnsafeArtifactError("Stored training rows must fit their answers. Got others.")
        self._neighbours = Neighbours(self.rows_)

    @classmethod
    def _small(cls) -> Self:
        return cls(5)


class KNeighborsModel(_KNeighbors):
    """Answers with the shares of the classes among the nearest training rows, on standardised columns.

    Nearer rows count more (``weights="distance"``: by the inverse of the distance). All training rows are kept,
    in memory and on disk. Time per row grows slowly with few columns and linearly in the rows with many.

    >>> X = pd.DataFrame({"a": [0.0, 1.0, 10.0, 11.0]})
    >>> KNeighborsModel(2).fit(X, ["low", "low", "high", "high"]).predict(pd.DataFrame({"a": [9.0]}))
    array(['high'], dtype=object)
    """

    model_type: ClassVar[str] = "k_neighbors"
    task: ClassVar[Task] = "classification"

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        answers, weights = self._asked(X)
        return np.column_stack(
            [np.where(answers == number, weights, 0.0).sum(axis=1) for number in range(len(self.classes_))]
        )


class KNeighborsRegressorModel(_KNeighbors):
    """Answers with the weighted mean of the nearest training rows; as :class:`KNeighborsModel` otherwise."""

    model_type: ClassVar[str] = "k_neighbors_regressor"
    task: ClassVar[Task] = "regression"

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        answers, weights = self._asked(X)
        numbers: np.ndarray = (answers * weights).sum(axis=1)
        return numbers
