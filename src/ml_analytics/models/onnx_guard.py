"""What an ONNX file may contain before a session is made of it.

ONNX is a program: it can loop without end, allocate without bound and name files outside itself. Served
models need a handful of operators, so only those pass, without subgraphs, functions or external data; the
trees of an ensemble must lead downwards and read columns that exist. Small constants can still be multiplied into
large ones; what was not compiled here is tried in a process of its own first (:mod:`.foreign`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.errors import UnsafeArtifactError

MAX_BYTES = 1 << 30
"""The largest ONNX file that is read (protobuf itself ends at 2 GiB)."""

MAX_NODES = 320
"""The most operators in a graph; converters write fewer than ten, a Transformer of eight layers 230."""

LARGEST_ATTRIBUTE = 1024
"""The largest whole number that an operator of a neural network may be set to (padding, width of a state)."""

OPERATORS = frozenset(
    {
        "Abs", "Add", "ArgMax", "ArgMin", "Cast", "Clip", "Concat", "Conv", "Div", "Equal", "Exp", "Flatten", "Gather",
        "Gemm", "Greater", "Identity", "LSTM", "LayerNormalization", "Less", "LessOrEqual", "LinearClassifier",
        "LinearRegressor", "Log", "MatMul", "Max", "MaxPool", "Min", "Mul", "Neg", "Normalizer", "Not", "Pow",
        "ReduceMean", "ReduceSum", "ReduceSumSquare", "Relu", "Reshape", "Scaler", "Shape", "Sigmoid", "Slice",
        "Softmax", "Sqrt", "Squeeze", "Sub", "Sum", "Tanh", "Transpose", "TreeEnsembleClassifier",
        "TreeEnsembleRegressor", "Unsqueeze", "Where",
    }
)  # fmt: skip
"""The operators of compiled models: no loops, no branches, no shapes made from values."""


def check_onnx(data: bytes, width: int) -> None:
    """Refuse an ONNX file that could loop, exhaust memory or read other files.

    Raises:
        UnsafeArtifactError: such a file, or one that is not ONNX.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    if len(data) > MAX_BYTES:
        raise UnsafeArtifactError(f"An ONNX model must have at most {MAX_BYTES} bytes. Got {len(data)}.")
    try:
        model = onnx.load_model_from_string(data)
    except (DecodeError, ValueError) as error:
        raise UnsafeArtifactError("A compiled model must be ONNX. Got other bytes.") from error
    graph = model.graph
    if model.functions or model.training_info or graph.sparse_initializer or len(graph.node) > MAX_NODES:
        raise UnsafeArtifactError(f"An ONNX model must be one plain graph of at most {MAX_NODES} operators.")
    if len(graph.input) != 1 or not graph.output:
        raise UnsafeArtifactError("An ONNX model must have one input and at least one output.")
    for tensor in graph.initializer:
        _check_tensor(tensor)
    for node in graph.node:
        _check_node(node, width)


def _check_node(node: Any, width: int) -> None:
    import onnx

    if node.op_type not in OPERATORS or node.domain not in ("", "ai.onnx", "ai.onnx.ml"):
        raise UnsafeArtifactError(f"An ONNX model must hold known operators only. Got '{node.op_type[:40]}'.")
    for attribute in node.attribute:
        if attribute.type in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS):
            raise UnsafeArtifactError("An ONNX model must have no subgraphs. Got one.")
        for tensor in (attribute.t, *attribute.tensors):
            _check_tensor(tensor)
    if node.op_type in ("Conv", "LSTM", "MaxPool"):
        _check_sizes(node)
    if node.op_type.startswith("TreeEnsemble"):
        _check_trees({attribute.name: attribute for attribute in node.attribute}, width)


def _check_sizes(node: Any) -> None:
    """Refuse padding and states that would take memory on the word of one number."""
    for attribute in node.attribute:
        for number in (attribute.i, *attribute.ints):
            if not 0 <= number <= LARGEST_ATTRIBUTE:
                raise UnsafeArtifactError(
                    f"The '{attribute.name[:40]}' of a {node.op_type} must be from 0 to {LARGEST_ATTRIBUTE}. "
                    f"Got {number}."
                )


def _check_tensor(tensor: Any) -> None:
    import onnx

    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise UnsafeArtifactError("An ONNX model must hold all its data itself. Got external data.")


def _check_trees(attributes: dict[str, Any], width: int) -> None:
    def column(name: str) -> np.ndarray:
        return np.array(attributes[name].ints, dtype=np.int64)

    try:
        tree, node = column("nodes_treeids"), column("nodes_nodeids")
        features, yes, no = (
            column("nodes_featureids"),
            column("nodes_truenodeids"),
            column("nodes_falsenodeids"),
        )
        inside = np.array([mode != b"LEAF" for mode in attributes["nodes_modes"].strings], dtype=bool)
    except KeyError as error:
        raise UnsafeArtifactError(f"The trees of an ONNX model must have {error}. Got none.") from error
    if not len(tree) == len(node) == len(features) == len(yes) == len(no) == len(inside):
        raise UnsafeArtifactError("The trees of an ONNX model must have columns of one length. Got others.")
    if (tree < 0).any() or (node < 0).any() or (tree >= 1 << 24).any() or (node >= 1 << 32).any():
        raise UnsafeArtifactError("The trees of an ONNX model must have small positive numbers. Got others.")
    known = (tree << 32) | node
    down = all(
        bool((side[inside] > node[inside]).all() and np.isin((tree << 32 | side)[inside], known).all())
        for side in (yes, no)
    )
    reads = features[inside]
    if (
        not down
        or (len(reads) and (reads.min() < 0 or reads.max() >= width))
        or len(np.unique(known)) < len(known)
    ):
        raise UnsafeArtifactError(
            "The trees of an ONNX model must lead downwards inside it. Got some that do not."
        )
