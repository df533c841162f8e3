from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from ml_analytics.models.tabular.tree_table import TreeTable, make_trees
from ml_analytics.models.tabular.tree_walk import BLOCK


def grown(X: np.ndarray, trees: int) -> tuple[TreeTable, np.ndarray]:
    """Return trees of scikit-learn as a table, and the sum of what scikit-learn says of X."""
    forest = ExtraTreesRegressor(trees, random_state=0).fit(X, np.nan_to_num(X).sum(axis=1))
    found = [one.tree_ for one in forest.estimators_]
    counts = np.array([one.node_count for one in found])
    starts = np.cumsum(counts) - counts
    shift = np.repeat(starts, counts)
    left, right = (
        np.concatenate([getattr(one, f"children_{side}") for one in found]) for side in ("left", "right")
    )
    inside = left >= 0
    table = make_trees(
        starts=starts,
        groups=np.arange(trees) % 2,
        feature=np.where(inside, np.concatenate([one.feature for one in found]), 0),
        threshold=np.where(inside, np.concatenate([one.threshold for one in found]), 0.0),
        left=np.where(inside, left + shift, -1),
        right=np.where(inside, right + shift, -1),
        missing_left=inside & (np.concatenate([one.missing_go_to_left for one in found]) != 0),
        category=np.full(len(left), -1),
        bitsets=np.zeros((0, 8)),
        value=np.where(inside, 0.0, np.concatenate([one.value[:, 0, 0] for one in found])),
        gain=np.zeros(len(left)),
    )
    each = np.array([one.predict(X.astype(np.float32)) for one in found])
    return table, np.column_stack([each[0::2].sum(axis=0), each[1::2].sum(axis=0)])


@pytest.mark.parametrize("rows", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
def test_rows_come_to_the_leaves_that_scikit_learn_finds(rows: int) -> None:
    X = np.random.default_rng(rows).normal(size=(max(rows, 30), 3)).astype(np.float32).astype(np.float64)
    X[::7, 1] = np.nan
    table, expected = grown(X, 6)
    np.testing.assert_allclose(table.sums(X[:rows], 2), expected[:rows], rtol=1e-12)


def test_sums_are_added_to_what_is_there() -> None:
    X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32).astype(np.float64)
    table, expected = grown(X, 2)
    begun = np.full((40, 2), 5.0)
    assert table.add_to(begun, X) is begun
    np.testing.assert_allclose(begun, expected + 5.0)
