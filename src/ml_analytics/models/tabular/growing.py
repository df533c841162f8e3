"""A forest of scikit-learn grown in parts, so that it can be told how far it is; the trees are those of one fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.utils.class_weight import compute_class_weight

PARTS = 10
"""In how many parts a forest is grown at most."""


def grow(
    forest: Any,
    X: Any,
    y: np.ndarray,
    sample_weight: np.ndarray | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Any:
    """Fit ``forest`` and return it, ready to predict on one thread; ``tell(trees, all)`` is called after each part.

    One thread: the order in which threads add up votes would change the last digits.
    """
    params = forest.get_params(deep=False)
    total, by_class = params["n_estimators"], params.get("class_weight")
    if by_class == "balanced":  # scikit-learn warns of rows that come later; here all rows come each time
        classes = np.unique(y)
        shares = compute_class_weight("balanced", classes=classes, y=y, sample_weight=sample_weight)
        forest.set_params(class_weight=dict(zip(classes.tolist(), shares.tolist(), strict=True)))
    for part in np.array_split(np.arange(1, total + 1), min(total, PARTS)):
        done = int(part[-1])
        forest.set_params(n_estimators=done, warm_start=True).fit(X, y, sample_weight)
        if tell is not None:
            tell(done, total)
    return forest.set_params(**{**params, "n_jobs": None})
