"""Which features say the same: rank correlation, and clusters in the order of a hierarchy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..indicator import Array
from ..rank_correlation import rank_correlation
from .inputs import Inputs

FEWEST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Cluster:
    """Features that move together.

    Attributes:
        members: in the order of the hierarchy.
        representative: the member whose mean absolute correlation with the others is highest.
        strength: mean absolute correlation of its pairs.
        start: place of the first member in :attr:`Correlation.names`.
    """

    members: tuple[str, ...]
    representative: str
    strength: float
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class Correlation:
    """Spearman's correlation of all pairs, each over the rows where both have a value.

    Attributes:
        names: of the features compared, in the order of the hierarchy (average linkage of 1 - |correlation|).
        matrix: in that order; NaN for a pair with fewer than 30 common rows.
        clusters: two or more features each, the largest first; averaged over pairs, two joined parts
            correlate at least as strongly as ``threshold``.
        left_out: constant, or with fewer than 30 values.
        threshold: as given.
    """

    names: tuple[str, ...]
    matrix: Array
    clusters: tuple[Cluster, ...]
    left_out: tuple[str, ...]
    threshold: float

    @property
    def alone(self) -> tuple[str, ...]:
        """Features that are in no cluster."""
        taken = {name for one in self.clusters for name in one.members}
        return tuple(name for name in self.names if name not in taken)


def correlate(inputs: Inputs, rows: NDArray[np.int64], threshold: float) -> Correlation:
    """Compare all features on ``rows``."""
    values = inputs.values[rows]
    usable = [at for at in range(values.shape[1]) if _varies(values[:, at])]
    left_out = tuple(name for at, name in enumerate(inputs.names) if at not in set(usable))
    matrix = rank_correlation(values[:, usable], FEWEST_ROWS)
    order, labels = _hierarchy(matrix, threshold)
    names = tuple(inputs.names[usable[at]] for at in order)
    matrix = matrix[np.ix_(order, order)]
    return Correlation(names, matrix, _clusters(names, matrix, labels[order]), left_out, threshold)


def _varies(column: Array) -> bool:
    known = column[~np.isnan(column)]
    return known.size >= FEWEST_ROWS and bool((known != known[0]).any())


def _hierarchy(matrix: Array, threshold: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order of the leaves and the cluster number of each feature."""
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform

    if len(matrix) < 2:
        return np.arange(len(matrix)), np.arange(len(matrix))
    distance = squareform(1.0 - np.abs(np.nan_to_num(matrix)), checks=False)
    tree = hierarchy.optimal_leaf_ordering(hierarchy.linkage(distance, "average"), distance)
    labels = hierarchy.fcluster(tree, 1.0 - threshold, criterion="distance")
    return np.asarray(hierarchy.leaves_list(tree), dtype=np.int64), np.asarray(labels, dtype=np.int64)


def _clusters(names: tuple[str, ...], matrix: Array, labels: NDArray[np.int64]) -> tuple[Cluster, ...]:
    """Return the clusters; their members stand side by side in the order of the leaves."""
    edges = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
    made = []
    for start, end in pairwise(edges):
        if end - start > 1:
            part = np.abs(np.nan_to_num(matrix[start:end, start:end]))
            mean = (part.sum(axis=1) - 1.0) / (end - start - 1)
            best = names[start + int(np.argmax(mean))]
            made.append(Cluster(names[start:end], best, float(mean.mean()), start))
    return tuple(sorted(made, key=lambda one: -len(one.members)))
