from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from ml_analytics import UnsafeArtifactError
from ml_analytics.models.arrays import array_from_bytes, array_to_bytes
from ml_analytics.models.tabular.forest_store import forest_from_files, forest_to_files

X = np.random.default_rng(0).normal(size=(90, 3))
X[::8, 1] = np.nan
FORESTS = [
    (RandomForestClassifier, np.digitize(X[:, 0], [-0.5, 0.5])),
    (RandomForestClassifier, (X[:, 0] > 0).astype(int)),
    (RandomForestRegressor, X[:, 0] * 3),
]


@pytest.mark.parametrize(("family", "y"), FORESTS)
def test_forests_come_back_whole(family: Any, y: np.ndarray) -> None:
    forest = family(12, random_state=0).fit(X, y)
    files = forest_to_files(forest)
    loaded = forest_from_files(family(12), files)
    for verb in ("predict", "predict_proba", "apply"):
        if hasattr(forest, verb):
            np.testing.assert_array_equal(getattr(loaded, verb)(X), getattr(forest, verb)(X))
    np.testing.assert_array_equal(loaded.feature_importances_, forest.feature_importances_)
    assert forest_to_files(loaded) == files
    assert forest_to_files(family(12, random_state=0).fit(X, y)) == files


def changed(**changes: Any) -> dict[str, bytes]:
    forest = RandomForestClassifier(3, random_state=0).fit(X, FORESTS[0][1])
    files = forest_to_files(forest)
    if "shape" in changes:
        shape = json.loads(files["forest.json"]) | changes["shape"]
        files["forest.json"] = json.dumps(shape).encode()
    for column, value in changes.get("node", {}).items():
        nodes = array_from_bytes(files["nodes.npy"])
        nodes[column][0] = value
        files["nodes.npy"] = array_to_bytes(nodes)
    replaced: dict[str, bytes] = changes.get("files", {})
    return files | replaced


@pytest.mark.parametrize(
    "changes",
    [
        {"node": {"left_child": 10**6}},
        {"node": {"left_child": 0}},
        {"node": {"right_child": -3}},
        {"node": {"feature": 3}},
        {"node": {"feature": -1}},
        {"shape": {"features": 0}},
        {"shape": {"counts": [1, 2]}},
        {"shape": {"counts": []}},
        {"shape": {"counts": [[1]]}},
        {"shape": {"counts": ["a"]}},
        {"shape": {"classes": 2}},
        {"shape": {"classes": 0}},
        {"files": {"nodes.npy": array_to_bytes(np.zeros(9))}},
        {"files": {"values.npy": array_to_bytes(np.zeros(9))}},
    ],
    ids=str,
)
def test_a6_trees_that_point_outside_themselves_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UnsafeArtifactError, match="point inside"):
        forest_from_files(RandomForestClassifier(3), changed(**changes))


def test_a_tree_may_not_reach_into_its_neighbour() -> None:
    # The root's right child moved past the end of its own tree, inside the array of all nodes.
    first = json.loads(changed()["forest.json"])["counts"][0]
    with pytest.raises(UnsafeArtifactError, match="point inside"):
        forest_from_files(RandomForestClassifier(3), changed(node={"right_child": first}))
