"""ONNX graphs of other writers in the one form that is served here: one float input, one float output."""

from __future__ import annotations

from typing import Any

from ...core.errors import ModelLoadError, UnsafeArtifactError
from ..onnx_convert import INPUT
from ..onnx_guard import check_onnx


def plain_graph(data: bytes) -> tuple[bytes, int, int, list[Any] | None]:
    """Return (graph, columns, classes, labels); 0 classes where the graph gives numbers.

    A dictionary of probabilities (ZipMap) is taken off, the input gets our name, and of several outputs the
    probabilities stay.

    Raises:
        UnsafeArtifactError: not ONNX, or a graph that could do more than compute.
        ModelLoadError: inputs or outputs of another form.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        model = onnx.load_model_from_string(data)
    except (DecodeError, ValueError) as error:
        raise UnsafeArtifactError("The file must be ONNX. Got other bytes.") from error
    graph = model.graph
    constants = {one.name for one in graph.initializer}
    inputs = [one for one in graph.input if one.name not in constants]
    if len(inputs) != 1 or inputs[0].type.tensor_type.elem_type != onnx.TensorProto.FLOAT:
        raise ModelLoadError(
            f"An ONNX model must have one input of 32-bit floats. Got {len(inputs)} inputs or others."
        )
    sizes = inputs[0].type.tensor_type.shape.dim
    if len(sizes) != 2 or sizes[1].dim_value < 1:
        raise ModelLoadError(
            "The input of an ONNX model must be (rows, columns) with a fixed number of columns."
        )
    width = int(sizes[1].dim_value)
    _take_off_dictionaries(graph)
    _rename(graph, inputs[0].name, INPUT)
    del graph.input[:]
    graph.input.append(onnx.helper.make_tensor_value_info(INPUT, onnx.TensorProto.FLOAT, [None, width]))
    answers = [one for one in graph.output if one.type.tensor_type.elem_type == onnx.TensorProto.FLOAT]
    if not answers:
        raise ModelLoadError("An ONNX model must have an output of 32-bit floats. Got none.")
    name = answers[-1].name
    del graph.output[:]
    graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    plain = bytes(model.SerializeToString(deterministic=True))
    check_onnx(plain, width)
    columns = _columns(plain, width)
    return plain, width, columns if columns > 1 else 0, _labels(graph, columns)


def _take_off_dictionaries(graph: Any) -> None:
    import onnx

    maps = {one.output[0]: one.input[0] for one in graph.node if one.op_type == "ZipMap"}
    kept = [one for one in graph.node if one.op_type != "ZipMap"]
    del graph.node[:]
    graph.node.extend(kept)
    for one in graph.output:
        if one.name in maps:
            one.CopyFrom(onnx.helper.make_tensor_value_info(maps[one.name], onnx.TensorProto.FLOAT, None))


def _rename(graph: Any, old: str, new: str) -> None:
    if old == new:
        return
    taken = {name for node in graph.node for name in (*node.input, *node.output)}
    if new in taken:
        raise ModelLoadError(f"Only the input of an ONNX model may be called '{new}'.")
    for node in graph.node:
        for index, name in enumerate(node.input):
            if name == old:
                node.input[index] = new


def _columns(graph: bytes, width: int) -> int:
    """Return how many columns the answer has, by asking for one row."""
    import numpy as np

    from ..onnx_predictor import open_session

    answer = open_session(graph).run(None, {INPUT: np.zeros((3, width), np.float32)})[0]
    if answer.ndim > 2 or len(answer) != 3:
        raise ModelLoadError(
            f"An ONNX model must give one row of answers for each row. Got {answer.shape} for 3."
        )
    return int(answer.shape[1]) if answer.ndim == 2 else 1


def _labels(graph: Any, columns: int) -> list[Any] | None:
    """Return the labels that a classifier in the graph keeps, if they fit the answer."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.name in ("classlabels_strings", "classlabels_int64s", "classlabels_ints"):
                found = [one.decode() for one in attribute.strings] or [int(one) for one in attribute.ints]
                if len(found) == columns > 1:
                    return found
    return None
