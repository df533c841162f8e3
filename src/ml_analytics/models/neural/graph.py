"""Networks as ONNX, written operator by operator: no exporter, no chatter, equal weights give equal bytes.

The input is float32 (n, columns) in the order of the signature; scaling is part of the graph. Scores of classes
become probabilities, numbers get their unit back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from ..onnx_convert import INPUT, OPSET
from .design import Design, halvings, heads
from .scaling import FARTHEST

_IR = 8
Weights = Mapping[str, np.ndarray]


class Graph:
    """Operators and constants in the order they were asked for."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, value: Any, dtype: type = np.float32) -> str:
        """Return the name of a new constant."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, dtype, order="C"), name))
        return name

    def shape(self, *sizes: int) -> str:
        """Return the name of a constant shape (0 keeps a size, -1 takes the rest)."""
        return self.constant(sizes, np.int64)

    def add(self, operator: str, *inputs: str, outputs: int = 1, take: int = 0, **attributes: Any) -> str:
        """Return the name of one output of a new operator."""
        names = [f"{operator.lower()}{len(self.nodes)}_{number}" for number in range(outputs)]
        used = [name if number == take else "" for number, name in enumerate(names)]
        self.nodes.append(helper.make_node(operator, list(inputs), used, **attributes))
        return names[take]

    def linear(self, rows: str, weights: Weights, name: str, factor: float = 1.0) -> str:
        """Return rows times a layer's weights, plus its bias."""
        product = self.add("MatMul", rows, self.constant(weights[f"{name}.weight"].T * factor))
        return self.add("Add", product, self.constant(weights[f"{name}.bias"] * factor))

    def normal(self, rows: str, weights: Weights, name: str) -> str:
        """Return rows after a layer's normalisation."""
        scale, bias = (self.constant(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", rows, scale, bias, axis=-1, epsilon=1e-5)

    def standard(self, values: str, mean: np.ndarray, scale: np.ndarray) -> str:
        """Return values in deviations from the mean, over their last axis."""
        centred = self.add("Sub", values, self.constant(mean))
        scaled = self.add("Div", centred, self.constant(scale))
        return self.add("Clip", scaled, self.constant(-FARTHEST), self.constant(FARTHEST))


def network_to_onnx(
    design: Design,
    weights: Weights,
    mean: np.ndarray,
    scale: np.ndarray,
    unit: tuple[float, float] | None,
) -> bytes:
    """Return a network over flat rows as ONNX; ``unit`` is (middle, spread) of a number, ``None`` for classes."""
    graph = Graph()
    if design["kind"] == "convolution":
        flat = design["height"] * design["width"] * design["inputs"]
        sides = (0, design["height"], design["width"], design["inputs"])
        images = graph.standard(graph.add("Reshape", INPUT, graph.shape(*sides)), mean, scale)
        scores = _convolution(graph, images, design, weights)
    else:
        flat = design["length"] * design["inputs"]
        windows = graph.add("Reshape", INPUT, graph.shape(0, design["length"], design["inputs"]))
        rows = graph.standard(windows, mean, scale)
        read = _recurrent if design["kind"] == "lstm" else _attention
        scores = read(graph, rows, design, weights)
    if unit is None:
        answer = graph.add("Softmax", scores, axis=-1)
    else:
        answer = graph.add("Mul", scores, graph.constant(unit[1]))
        answer = graph.add("Add", answer, graph.constant(unit[0]))
    return _packed(graph, flat, answer, design["outputs"])


def _packed(graph: Graph, width: int, answer: str, outputs: int) -> bytes:
    given = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", width])
    found = helper.make_tensor_value_info(answer, TensorProto.FLOAT, ["n", outputs])
    proto: ModelProto = helper.make_model(
        helper.make_graph(graph.nodes, "network", [given], [found], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR,
        producer_name="ml_analytics",
    )
    return bytes(proto.SerializeToString(deterministic=True))


def _recurrent(graph: Graph, rows: str, design: Design, weights: Weights) -> str:
    hidden, layers = design["hidden"], design["layers"]
    states = graph.add("Transpose", rows, perm=[1, 0, 2])
    for layer in range(layers):
        inward, across = (
            _gates(weights[f"memory.weight_{part}_l{layer}"], hidden)[None] for part in ("ih", "hh")
        )
        bias = np.concatenate(
            [_gates(weights[f"memory.bias_{part}_l{layer}"], hidden) for part in ("ih", "hh")]
        )[None]
        last = layer == layers - 1
        states = graph.add(
            "LSTM",
            states,
            *(graph.constant(one) for one in (inward, across, bias)),
            outputs=2,
            take=1 if last else 0,
            hidden_size=hidden,
        )
        if not last:
            states = graph.add("Squeeze", states, graph.shape(1))
    return graph.linear(graph.add("Squeeze", states, graph.shape(0)), weights, "head")


def _gates(stacked: np.ndarray, hidden: int) -> np.ndarray:
    """Return the four gates in the order of ONNX: torch has input, forget, cell, output."""
    order = (0, 3, 1, 2)
    return np.concatenate([stacked[gate * hidden : (gate + 1) * hidden] for gate in order])


def _attention(graph: Graph, rows: str, design: Design, weights: Weights) -> str:
    rows = graph.linear(rows, weights, "entrance")
    rows = graph.add("Add", rows, graph.constant(weights["position"]))
    for layer in range(design["layers"]):
        rows = _block(graph, rows, design, weights, f"blocks.{layer}")
    last = graph.add("Gather", rows, graph.constant(design["length"] - 1, np.int64), axis=1)
    return graph.linear(graph.normal(last, weights, "last"), weights, "head")


def _block(graph: Graph, rows: str, design: Design, weights: Weights, name: str) -> str:
    hidden, count = design["hidden"], heads(design["hidden"])
    shape = graph.shape(0, design["length"], count, hidden // count)
    seen = graph.normal(rows, weights, f"{name}.first")

    def part(which: str, perm: list[int], factor: float = 1.0) -> str:
        made = graph.linear(seen, weights, f"{name}.{which}", factor)
        return graph.add("Transpose", graph.add("Reshape", made, shape), perm=perm)

    query = part("query", [0, 2, 1, 3], 1.0 / math.sqrt(hidden // count))
    shares = graph.add("Softmax", graph.add("MatMul", query, part("key", [0, 2, 3, 1])), axis=-1)
    read = graph.add("MatMul", shares, part("value", [0, 2, 1, 3]))
    read = graph.add("Transpose", read, perm=[0, 2, 1, 3])
    read = graph.add("Reshape", read, graph.shape(0, design["length"], hidden))
    rows = graph.add("Add", rows, graph.linear(read, weights, f"{name}.mixed"))
    wide = graph.linear(graph.normal(rows, weights, f"{name}.second"), weights, f"{name}.wide")
    return graph.add("Add", rows, graph.linear(graph.add("Relu", wide), weights, f"{name}.narrow"))


def _convolution(graph: Graph, images: str, design: Design, weights: Weights) -> str:
    rows = graph.add("Transpose", images, perm=[0, 3, 1, 2])
    halved = halvings(design["height"], design["width"])
    place = 0
    for _ in range(max(halved, 1)):
        for _ in range(2):
            kernel, bias = (graph.constant(weights[f"layers.{place}.{part}"]) for part in ("weight", "bias"))
            rows = graph.add("Conv", rows, kernel, bias, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
            rows = graph.add("Relu", rows)
            place += 2
        if halved:
            rows = graph.add("MaxPool", rows, kernel_shape=[2, 2], strides=[2, 2])
            place += 1
    return graph.linear(graph.add("Flatten", rows), weights, "head")
