"""Clusters of any shape and number, and noise: HDBSCAN (Campello, Moulavi and Sander 2013)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.cluster import HDBSCAN

from ...core.errors import ParameterError, UnsafeArtifactError
from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import Hyperparameter, Integer
from ..tabular.neighbours import Neighbours, Standard
from ..task import Task
from .numbering import canonical_order, renamed


class HDBSCANModel(BaseModel):
    """Finds dense crowds, however many and of whatever shape; rows outside of all are noise, number -1.

    Columns are standardised first; clusters are numbered by falling size. **Rows that training did not see**: a row
    gets the cluster of its nearest training row if it is no farther from it than the farthest member of that
    cluster is from its own ``min_samples``-th neighbour, else it is noise; training rows keep what they were
    given (``labels_``). All training rows are kept, in memory and on disk; training takes time with the square of
    the rows.

    >>> X = pd.DataFrame({"a": [*np.linspace(0, 1, 12), *np.linspace(8, 9, 9), 30.0]})
    >>> HDBSCANModel().fit(X).predict(pd.DataFrame({"a": [0.55, 8.45, 20.0]}))
    array([ 0,  1, -1])
    """

    model_type: ClassVar[str] = "hdbscan"
    task: ClassVar[Task] = "clustering"
    accepts = NUMBERS
    onnx_note = "the training rows would have to be part of the ONNX graph"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "min_cluster_size": Integer("fewest rows of a cluster", low=2, search=(5, 50), log=True),
        "min_samples": Integer(
            "rows in a neighbourhood (None: min_cluster_size)", optional=True, search=(2, 20)
        ),
    }
    _neighbours: Neighbours

    def __init__(self, min_cluster_size: int = 5, min_samples: int | None = None) -> None:
        self.min_cluster_size = min_cluster_size
        self.min_samples = min_samples

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        samples = self.min_samples or self.min_cluster_size
        least = max(samples, self.min_cluster_size)
        if len(X) < least:
            must_be = f"at least {least} rows long"
            raise ParameterError.of("X", "HDBSCANModel.fit", must_be, f"{len(X)} sample(s)")
        values = matrix(X)
        standard = Standard.of(values)
        rows = standard.apply(values)
        found = HDBSCAN(
            min_cluster_size=self.min_cluster_size, min_samples=samples, algorithm="kd_tree", copy=True
        ).fit_predict(rows)
        neighbours = Neighbours(rows)
        core = neighbours.nearest(rows, samples)[0][:, -1]
        clusters = int(found.max()) + 1
        inside = found >= 0
        sizes = np.bincount(found[inside], minlength=clusters)
        centres = np.array([rows[found == number].mean(axis=0) for number in range(clusters)])
        order = canonical_order(sizes, centres.reshape(clusters, rows.shape[1]))
        labels = renamed(found, order)
        reach = np.zeros(clusters)
        np.maximum.at(reach, labels[inside], core[inside])
        self.mean_, self.scale_, self.rows_ = standard.mean, standard.scale, rows
        self.labels_, self.reach_, self.sizes_ = labels, reach, sizes[order]
        self._neighbours = neighbours

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        rows = Standard(self.mean_, self.scale_).apply(matrix(X))
        distances, numbers = self._neighbours.nearest(rows, 1)
        labels = self.labels_[numbers[:, 0]]
        limits = np.append(self.reach_, 0.0)[labels]  # noise is -1: the last one
        found: np.ndarray = np.where(distances[:, 0] <= limits, labels, -1)
        return found

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        rows, width = len(self.rows_), self._width
        sound = (
            self.rows_.shape == (rows, width)
            and self.mean_.shape == self.scale_.shape == (width,)
            and self.labels_.shape == (rows,)
            and self.labels_.dtype == np.int64
            and self.reach_.ndim == 1
            and bool(((self.labels_ >= -1) & (self.labels_ < len(self.reach_))).all())
        )
        if not sound:
            raise UnsafeArtifactError("Stored training rows must fit their clusters. Got others.")
        self._neighbours = Neighbours(self.rows_)

    @classmethod
    def _small(cls) -> Self:
        return cls()
