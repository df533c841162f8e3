"""Forests as three files: all nodes, all values and a little JSON.

The general store of estimators writes a tree of JSON nodes for every tree of the forest; for a hundred trees
that takes a quarter of a second to read. Two arrays take milliseconds and a tenth of the room.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.tree._tree import NODE_DTYPE, Tree

from ...core.errors import UnsafeArtifactError
from ..arrays import array_from_bytes, array_to_bytes
from ..state import json_exactly, read_json

_PACKED = np.dtype(
    [(name, NODE_DTYPE.fields[name][0]) for name in NODE_DTYPE.names]
)  # without padding: bytes repeat
_FILES = ("forest.json", "nodes.npy", "values.npy")


def forest_to_files(forest: Any) -> dict[str, bytes]:
    """Return a fitted ``RandomForestClassifier`` or ``RandomForestRegressor`` of one output as files."""
    states = [tree.tree_.__getstate__() for tree in forest.estimators_]
    shape = {
        "counts": [int(one["node_count"]) for one in states],
        "depths": [int(one["max_depth"]) for one in states],
        "features": int(forest.n_features_in_),
        "classes": int(getattr(forest, "n_classes_", 0)),
    }
    nodes = np.concatenate([one["nodes"].astype(_PACKED) for one in states])
    values = np.concatenate([one["values"] for one in states])
    contents = (
        json_exactly(shape, "the forest"),
        array_to_bytes(nodes),
        array_to_bytes(values),
    )
    return dict(zip(_FILES, contents, strict=True))


def forest_from_files(forest: Any, files: Mapping[str, bytes]) -> Any:
    """Fill an unfitted forest with the trees that :func:`forest_to_files` wrote, and return it.

    Raises:
        UnsafeArtifactError: trees that point outside themselves (scikit-learn follows them without looking).
    """
    shape = read_json(files[_FILES[0]])
    nodes, values = array_from_bytes(files[_FILES[1]]), array_from_bytes(files[_FILES[2]])
    counts, features, classes = np.asarray(shape["counts"]), int(shape["features"]), int(shape["classes"])
    _check(nodes, values, counts, features, classes)
    nodes = nodes.astype(NODE_DTYPE)
    forest.estimator_ = forest.estimator
    forest.estimators_ = []
    forest.n_features_in_, forest.n_outputs_ = features, 1
    if classes:
        forest.classes_, forest.n_classes_ = np.arange(classes), classes
    ends = np.cumsum(counts)
    for start, end, depth in zip(ends - counts, ends, shape["depths"], strict=True):
        tree = Tree(features, np.array([max(classes, 1)], dtype=np.intp), 1)
        tree.__setstate__(
            {
                "max_depth": int(depth),
                "node_count": int(end - start),
                "nodes": nodes[start:end],
                "values": values[start:end],
            }
        )
        forest.estimators_.append(_estimator(forest, tree, classes))
    return forest


def _estimator(forest: Any, tree: Any, classes: int) -> Any:
    made = type(forest.estimator)()
    made.n_features_in_, made.n_outputs_, made.tree_ = forest.n_features_in_, 1, tree
    made.max_features_ = forest.n_features_in_
    if classes:
        made.classes_, made.n_classes_ = forest.classes_, classes
    return made


def _check(nodes: np.ndarray, values: np.ndarray, counts: np.ndarray, features: int, classes: int) -> None:
    sound = (
        nodes.dtype == _PACKED
        and values.dtype == np.float64
        and values.shape == (len(nodes), 1, max(classes, 1))
        and counts.dtype.kind == "i"
        and counts.ndim == 1
        and bool(len(counts))
        and bool((counts > 0).all())
        and int(counts.sum()) == len(nodes)
    )
    if sound:
        ends = np.cumsum(counts)
        position = np.arange(len(nodes)) - np.repeat(ends - counts, counts)
        inside = nodes["left_child"] != -1
        limit = np.repeat(counts, counts)[inside]
        column = nodes["feature"][inside]
        sound = bool(((column >= 0) & (column < features)).all()) and all(
            bool(((nodes[side][inside] > position[inside]) & (nodes[side][inside] < limit)).all())
            for side in ("left_child", "right_child")
        )
    if not sound:
        raise UnsafeArtifactError("The trees of a stored forest must point inside it. Got some that do not.")
