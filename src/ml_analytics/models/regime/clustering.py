"""k-means, compiled: the loops of :mod:`.starts`. Import it only when there is something to cluster."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def _distance(X: Any, t: int, centre: Any) -> float:
    total = 0.0
    for i in range(len(X)):
        total += (X[i, t] - centre[i]) ** 2
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _nearest(X: Any, t: int, centres: Any) -> int:
    best, least = 0, _distance(X, t, centres[0])
    for k in range(1, len(centres)):
        distance = _distance(X, t, centres[k])
        if distance < least:
            best, least = k, distance
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def _first_centres(X: Any, draws: Any, centres: Any) -> None:
    """Choose rows far from the centres chosen before (k-means++, Arthur and Vassilvitskii 2007)."""
    width, rows = X.shape
    nearest = np.full(rows, np.inf)
    chosen = min(int(draws[0] * rows), rows - 1)
    for k in range(len(draws)):
        if k:
            left = 0.0
            for t in range(rows):
                left += draws[k] * nearest[t]
            chosen = 0
            while chosen < rows - 1 and left >= nearest[chosen]:
                left -= nearest[chosen]
                chosen += 1
        for i in range(width):
            centres[k, i] = X[i, chosen]
        for t in range(rows):
            nearest[t] = min(nearest[t], _distance(X, t, centres[k]))


@njit(cache=True, nogil=True, error_model="numpy")
def cluster(X: Any, draws: Any, most: int, labels: Any) -> None:
    """Write k-means labels of X (D, T); ``draws`` (K,) in [0, 1) seed the centres. A tie goes to the lower number."""
    width, rows = X.shape
    states = len(draws)
    centres = np.empty((states, width))
    sums, sizes = np.empty((states, width)), np.empty(states)
    _first_centres(X, draws, centres)
    labels[:] = -1
    for _ in range(most):
        sums[:] = 0.0
        sizes[:] = 0.0
        changed = False
        for t in range(rows):
            best = _nearest(X, t, centres)
            changed = changed or labels[t] != best
            labels[t] = best
            sizes[best] += 1.0
            for i in range(width):
                sums[best, i] += X[i, t]
        if not changed:
            return
        for k in range(states):
            for i in range(width):
                if sizes[k] > 0.0:  # a centre that lost all its rows stays where it is
                    centres[k, i] = sums[k, i] / sizes[k]
