"""Pruning of features that say nearly the same: of a pair above a limit the weaker one goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..indicator import Array


def prune(
    order: Sequence[int] | np.ndarray, correlation: Array, limit: float
) -> dict[int, tuple[int, float]]:
    """Return what is pruned, for what, and how the two are correlated.

    Features are taken in ``order``, best first. One whose correlation with an already kept one is above
    ``limit``, either way, is pruned for the one of those that it is closest to (the better, when several are).

    >>> prune([2, 0, 1], np.array([[1.0, 0.1, 0.2], [0.1, 1.0, -0.99], [0.2, -0.99, 1.0]]), 0.95)
    {1: (2, -0.99)}
    """
    kept: list[int] = []
    pruned: dict[int, tuple[int, float]] = {}
    for one in map(int, order):
        near = np.abs(correlation[one, kept])
        if kept and near.max() > limit:
            closest = kept[int(np.argmax(near))]
            pruned[one] = (closest, float(correlation[one, closest]))
        else:
            kept.append(one)
    return pruned
