"""Local outlier factor (Breunig et al. 2000): strange is who is farther from its neighbours than they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import ParameterError, UnsafeArtifactError
from ..base import NUMBERS, matrix
from ..hyperparameters import Choice, Either, Hyperparameter, Integer
from ..tabular.neighbours import Neighbours, Standard
from ..task import Task
from .detector import CONTAMINATION, Detector, threshold

_TINY = 1e-10


class LocalOutlierFactorModel(Detector):
    """Compares the density around a row with the density around its nearest training rows.

    Columns are standardised first. ``score_samples`` is minus the factor: about -1 within a crowd, of whatever
    density, and far below outside of every one. Every row that is asked about is taken as a new one. The
    threshold is -1.5 unless ``contamination`` sets another share of the training rows. All training rows are
    kept, in memory and on disk.

    >>> X = pd.DataFrame({"a": [0.0, 0.1, 0.2, 0.3, 0.4, 9.0]})
    >>> LocalOutlierFactorModel(n_neighbors=3).fit(X[:5]).predict(X)
    array([ 1,  1,  1,  1,  1, -1])
    """

    model_type: ClassVar[str] = "local_outlier_factor"
    task: ClassVar[Task] = "anomaly"
    accepts = NUMBERS
    onnx_note = "the training rows would have to be part of the ONNX graph"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_neighbors": Integer("how many rows make the neighbourhood", search=(5, 50), log=True),
        "contamination": Either(CONTAMINATION.about, (Choice("-1.5 as threshold", ("auto",)), CONTAMINATION)),
    }
    _neighbours: Neighbours

    def __init__(self, n_neighbors: int = 20, contamination: str | float = "auto") -> None:
        self.n_neighbors = n_neighbors
        self.contamination = contamination

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        if len(X) <= self.n_neighbors:
            owner, least = "LocalOutlierFactorModel.fit", self.n_neighbors + 1
            raise ParameterError.of("X", owner, f"at least {least} rows long", f"{len(X)} sample(s)")
        values = matrix(X)
        standard = Standard.of(values)
        self.mean_, self.scale_ = standard.mean, standard.scale
        self.rows_ = standard.apply(values)
        neighbours = Neighbours(self.rows_)
        distances, numbers = _others(*neighbours.nearest(self.rows_, self.n_neighbors + 1))
        self.reach_ = distances[:, -1].copy()
        self.density_ = self._densities(distances, numbers)
        self._neighbours = neighbours
        factors = -self.density_[numbers].mean(axis=1) / self.density_
        self.offset_ = -1.5 if self.contamination == "auto" else threshold(factors, float(self.contamination))

    def _densities(self, distances: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        reached = np.maximum(distances, self.reach_[numbers])
        densities: np.ndarray = 1.0 / (reached.mean(axis=1) + _TINY)
        return densities

    def _scores(self, X: pd.DataFrame) -> np.ndarray:
        rows = Standard(self.mean_, self.scale_).apply(matrix(X))
        distances, numbers = self._neighbours.nearest(rows, self.n_neighbors)
        factors: np.ndarray = -self.density_[numbers].mean(axis=1) / self._densities(distances, numbers)
        return factors

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        rows, width = len(self.rows_), self._width
        sound = (
            self.rows_.shape == (rows, width)
            and self.mean_.shape == self.scale_.shape == (width,)
            and self.reach_.shape == self.density_.shape == (rows,)
            and 1 <= self.n_neighbors < rows
        )
        if not sound:
            raise UnsafeArtifactError("Stored training rows must fit their densities. Got others.")
        self._neighbours = Neighbours(self.rows_)

    @classmethod
    def _small(cls) -> Self:
        return cls(5)


def _others(distances: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Drop each row from its own neighbours, or the last one where rows that are the same hide it."""
    itself = numbers == np.arange(len(numbers))[:, None]
    itself[~itself.any(axis=1), -1] = True
    shape = len(numbers), numbers.shape[1] - 1
    return distances[~itself].reshape(shape), numbers[~itself].reshape(shape)
