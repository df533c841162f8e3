"""k-means (MacQueen 1967; Lloyd 1982) on standardised columns."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from ...core.errors import ParameterError, UnsafeArtifactError
from ...core.frames import Table
from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import SEED, Hyperparameter, Integer
from ..tabular.neighbours import Standard
from ..task import Task
from .numbering import canonical_order, renamed


class KMeansModel(BaseModel):
    """Puts each row to the nearest of ``n_clusters`` centres, on standardised columns.

    Clusters are numbered by falling size. The best of ``n_init`` starts counts. ``centers_`` are in the units of
    the data, ``sizes_`` the training rows of each cluster, ``inertia_`` the sum of squared distances.

    >>> X = pd.DataFrame({"a": [0.0, 0.1, 0.2, 9.0, 9.1]})
    >>> KMeansModel(2).fit(X).predict(X)
    array([0, 0, 0, 1, 1])
    """

    model_type: ClassVar[str] = "k_means"
    onnx_note = "no graph of its distances is written"
    task: ClassVar[Task] = "clustering"
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_clusters": Integer("number of clusters", search=(2, 12)),
        "n_init": Integer("starts, of which the best counts"),
        "max_iter": Integer("most steps of one start"),
        "random_state": SEED,
    }

    def __init__(
        self, n_clusters: int = 8, *, n_init: int = 10, max_iter: int = 300, random_state: int | None = 0
    ) -> None:
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        if len(X) < self.n_clusters:
            must_be = f"at least n_clusters={self.n_clusters} rows long"
            raise ParameterError.of("X", "KMeansModel.fit", must_be, f"{len(X)} sample(s)")
        values = matrix(X)
        standard = Standard.of(values)
        scaled = standard.apply(values)
        learner = KMeans(
            self.n_clusters, n_init=self.n_init, max_iter=self.max_iter, random_state=self.random_state or 0
        )
        # One thread: the order in which threads add up rows would change the last digits.
        with threadpool_limits(limits=1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different rows than clusters
            learner.fit(scaled)
        found = cdist(scaled, learner.cluster_centers_, "sqeuclidean").argmin(axis=1)
        sizes = np.bincount(found, minlength=self.n_clusters)
        order = canonical_order(sizes, learner.cluster_centers_)
        self.mean_, self.scale_ = standard.mean, standard.scale
        self.scaled_centers_ = learner.cluster_centers_[order]
        self.sizes_ = sizes[order]
        self.inertia_ = float(learner.inertia_)
        self.labels_ = renamed(found, order)

    @property
    def centers_(self) -> pd.DataFrame:
        """The centres, a row for each cluster, in the units of the data."""
        self._require_fitted()
        spread = np.where(np.isinf(self.scale_), 0.0, self.scale_)
        names = list(self.signature.names) if self.signature is not None else None
        return pd.DataFrame(self.mean_ + self.scaled_centers_ * spread, columns=names)

    def distances(self, X: Table) -> np.ndarray:
        """Return (n_samples, n_clusters) distances to the centres, in deviations of the columns."""
        return self._distances(self._checked(X))

    def score(self, X: Table, y: Any = None) -> float:
        """Return minus the mean squared distance to the nearest centre: the higher, the better."""
        return -float((self.distances(X).min(axis=1) ** 2).mean())

    def _distances(self, X: pd.DataFrame) -> np.ndarray:
        rows = Standard(self.mean_, self.scale_).apply(matrix(X))
        distances: np.ndarray = cdist(rows, self.scaled_centers_)
        return distances

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        nearest: np.ndarray = self._distances(X).argmin(axis=1)
        return nearest

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        width = (self._width,)
        if not self.mean_.shape == self.scale_.shape == self.scaled_centers_.shape[1:] == width:
            raise UnsafeArtifactError("Stored centres must have the columns of the signature. Got others.")

    @classmethod
    def _small(cls) -> Self:
        return cls(2, n_init=3)
