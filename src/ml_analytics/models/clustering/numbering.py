"""The numbers of clusters: the largest is 0, so that neither the seed nor the next fit renames them."""

from __future__ import annotations

import numpy as np


def canonical_order(sizes: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the order of clusters by falling size, and of equal sizes by centre, column after column.

    >>> canonical_order(np.array([2, 5, 2]), np.array([[3.0], [0.0], [1.0]])).tolist()
    [1, 2, 0]
    """
    rounded = np.round(centres, 9)  # the last digits differ from seed to seed
    order: np.ndarray = np.lexsort((*rounded.T[::-1], -np.asarray(sizes)))
    return order


def renamed(labels: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return labels by the new numbers; -1 (noise) stays.

    >>> renamed(np.array([1, 0, -1, 2]), np.array([1, 2, 0])).tolist()
    [0, 2, -1, 1]
    """
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    found: np.ndarray = place[labels]
    return found
