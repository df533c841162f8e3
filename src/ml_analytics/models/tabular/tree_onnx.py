"""A table of trees as ONNX, written here: thresholds as 32-bit floats that send every 32-bit number the same way."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..onnx_convert import INPUT
from .lightgbm_text import rounded_down
from .tree_table import TreeTable

_OPSETS = (18, 3)


def signs_to_onnx(table: TreeTable, width: int, least: float) -> bytes:
    """Return ONNX that answers 1 where the leaves sum up to ``least`` or more, and -1 elsewhere."""
    from onnx import helper

    nodes = [
        _ensemble(table, np.array([-least])),
        helper.make_node("Less", ["sums", "zero"], ["below"]),
        helper.make_node("Where", ["below", "minus", "plus"], ["answer"]),
    ]
    return _model(nodes, width, 1, zero=0.0, minus=-1.0, plus=1.0)


def sums_to_onnx(table: TreeTable, width: int, baseline: np.ndarray, classes: int) -> bytes:
    """Return ONNX of boosted trees; ``classes`` is 0 for numbers, else probabilities come out."""
    from onnx import helper

    ensemble = _ensemble(table, baseline)
    if classes == 0:
        return _model([ensemble, helper.make_node("Identity", ["sums"], ["answer"])], width, 1)
    if classes > 2:
        return _model([ensemble, helper.make_node("Softmax", ["sums"], ["answer"], axis=1)], width, classes)
    nodes = [
        ensemble,
        helper.make_node("Sigmoid", ["sums"], ["yes"]),
        helper.make_node("Sub", ["one", "yes"], ["no"]),
        helper.make_node("Concat", ["no", "yes"], ["answer"], axis=1),
    ]
    return _model(nodes, width, 2, one=1.0)


def forest_to_onnx(forest: Any, width: int, classes: int) -> bytes:
    """Return ONNX of a forest of scikit-learn; ``classes`` is 0 for numbers, else shares of votes come out.

    Votes are summed before they are divided: where leaves are pure the sums are exact, and a tie stays a tie.
    """
    from onnx import helper

    trees = [one.tree_ for one in forest.estimators_]
    counts = np.array([tree.node_count for tree in trees])
    starts = np.cumsum(counts) - counts
    shift = np.repeat(starts, counts)
    left = np.concatenate([tree.children_left for tree in trees])
    values = np.concatenate([tree.value[:, 0, :] for tree in trees])
    leaves, outputs = np.nonzero((values != 0.0) & (left < 0)[:, None])
    if classes == 0:  # a leaf of zero is a leaf too
        leaves = np.flatnonzero(left < 0)
        outputs = np.zeros(len(leaves), dtype=np.int64)
    ensemble = _nodes_to_onnx(
        starts,
        np.concatenate([tree.feature for tree in trees]),
        np.concatenate([tree.threshold for tree in trees]),
        np.where(left >= 0, left + shift, -1),
        np.concatenate([tree.children_right for tree in trees]) + shift,
        np.concatenate([tree.missing_go_to_left for tree in trees]),
        (leaves, outputs, values[leaves, outputs]),
        np.zeros(max(classes, 1)),
    )
    divided = helper.make_node("Div", ["sums", "count"], ["answer"])
    return _model([ensemble, divided], width, max(classes, 1), count=float(len(trees)))


def _ensemble(table: TreeTable, base: np.ndarray) -> Any:
    leaves = np.flatnonzero(table.left < 0)
    tree = np.searchsorted(table.starts, leaves, side="right") - 1
    return _nodes_to_onnx(
        table.starts,
        table.feature,
        table.threshold,
        table.left,
        table.right,
        table.missing_left,
        (leaves, table.groups[tree], table.value[leaves]),
        base,
    )


def _nodes_to_onnx(
    starts: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    missing_left: np.ndarray,
    targets: tuple[np.ndarray, np.ndarray, np.ndarray],
    base: np.ndarray,
) -> Any:
    """Return the operator for nodes numbered through; ``targets`` are nodes, outputs and what they add."""
    from onnx import helper

    counts = np.diff(np.append(starts, len(left)))
    tree = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(starts, counts)
    inside = left >= 0
    number = np.arange(len(left)) - first
    nodes, outputs, weights = targets
    return helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT],
        ["sums"],
        domain="ai.onnx.ml",
        n_targets=len(base),
        aggregate_function="SUM",
        post_transform="NONE",
        base_values=base.tolist(),
        nodes_treeids=tree.tolist(),
        nodes_nodeids=number.tolist(),
        nodes_featureids=np.where(inside, feature, 0).tolist(),
        nodes_values=rounded_down(np.where(inside, threshold, 0.0)).tolist(),
        nodes_modes=np.where(inside, "BRANCH_LEQ", "LEAF").tolist(),
        nodes_truenodeids=np.where(inside, left - first, 0).tolist(),
        nodes_falsenodeids=np.where(inside, right - first, 0).tolist(),
        nodes_missing_value_tracks_true=np.where(inside, missing_left, 0).astype(int).tolist(),
        target_treeids=tree[nodes].tolist(),
        target_nodeids=number[nodes].tolist(),
        target_ids=outputs.tolist(),
        target_weights=weights.tolist(),
    )


def _model(nodes: list[Any], width: int, outputs: int, **constants: float) -> bytes:
    from onnx import TensorProto, helper

    graph = helper.make_graph(
        nodes,
        "trees",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, [None, outputs])],
        [helper.make_tensor(name, TensorProto.FLOAT, [1], [value]) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", _OPSETS[0]), helper.make_opsetid("ai.onnx.ml", _OPSETS[1])]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return bytes(model.SerializeToString(deterministic=True))
