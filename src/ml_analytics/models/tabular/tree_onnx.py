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


def _ensemble(table: TreeTable, base: np.ndarray) -> Any:
    from onnx import helper

    counts = np.diff(np.append(table.starts, len(table.left)))
    tree = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(table.starts, counts)
    inside = table.left >= 0
    number = np.arange(len(table.left)) - first
    leaves = np.flatnonzero(~inside)
    modes = np.where(inside, "BRANCH_LEQ", "LEAF").tolist()
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
        nodes_featureids=table.feature.tolist(),
        nodes_values=rounded_down(table.threshold).tolist(),
        nodes_modes=modes,
        nodes_truenodeids=np.where(inside, table.left - first, 0).tolist(),
        nodes_falsenodeids=np.where(inside, table.right - first, 0).tolist(),
        nodes_missing_value_tracks_true=table.missing_left.astype(int).tolist(),
        target_treeids=tree[leaves].tolist(),
        target_nodeids=number[leaves].tolist(),
        target_ids=table.groups[tree[leaves]].tolist(),
        target_weights=table.value[leaves].tolist(),
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
