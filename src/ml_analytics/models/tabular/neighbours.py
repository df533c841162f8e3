"""The nearest training rows of standardised tables: a k-d tree that is built from the rows, never stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ...core.errors import UnsafeArtifactError

_ROWS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Standard:
    """How columns are brought to mean 0 and deviation 1; a constant column counts for nothing."""

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Standard:
        """Learn from (n_samples, n_features) numbers without missing ones.

        >>> Standard.of(np.array([[0.0, 5.0], [2.0, 5.0]])).apply(np.array([[2.0, 9.0]])).tolist()
        [[1.0, 0.0]]
        """
        largest = np.abs(values).max(axis=0)
        unit = np.where(largest > 0, largest, 1.0)  # squares of huge and of tiny numbers stay numbers
        shares = values / unit
        mean, deviation = shares.mean(axis=0), shares.std(axis=0)
        flat = np.ptp(values, axis=0) <= 1e-12 * largest
        scale = np.where(flat, np.inf, deviation * unit)
        return cls(mean * unit, scale)

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return standardised values."""
        standardised: np.ndarray = (values - self.mean) / self.scale
        return standardised


class Neighbours:
    """Finds the nearest of ``rows`` (n, d); memory grows with the rows that are asked for, not with the pairs."""

    def __init__(self, rows: np.ndarray) -> None:
        if rows.ndim != 2 or rows.dtype != np.float64 or not rows.size or not np.isfinite(rows).all():
            raise UnsafeArtifactError("Stored training rows must be finite numbers. Got others.")
        self.rows = rows
        self._tree = cKDTree(rows, balanced_tree=False, compact_nodes=False)

    def nearest(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return (n, k) distances, ascending, and (n, k) numbers of the nearest rows; ties fall the same every time."""
        distances, numbers = np.empty((len(queries), k)), np.empty((len(queries), k), dtype=np.int64)
        for start in range(0, len(queries), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            found = self._tree.query(queries[part], k=k)
            distances[part], numbers[part] = found[0].reshape(-1, k), found[1].reshape(-1, k)
        return distances, numbers
