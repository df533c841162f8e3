"""A7 and A9: ONNX that loops, allocates, or reads other files is refused before a session is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper

from ml_analytics import UnsafeArtifactError
from ml_analytics.models import BaseModel, ModelFactory
from ml_analytics.models.onnx_guard import MAX_NODES, check_onnx


def graph_of(nodes: list[Any], initializers: list[Any] | None = None) -> bytes:
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        initializers or [],
    )
    return bytes(helper.make_model(graph).SerializeToString())


def body() -> Any:
    return helper.make_graph([], "body", [], [])


@pytest.mark.parametrize(
    "model_type", ["random_forest", "random_forest_regressor", "logistic", "linear", "xgboost"]
)
def test_what_the_converters_write_passes(model_type: str, table: pd.DataFrame) -> None:
    model = ModelFactory.create(model_type)
    model.fit(table, table["a"] if model.task == "regression" else table["a"] > 0)
    data = model._to_onnx()
    check_onnx(data, 3)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([helper.make_node("Loop", ["", "", "input"], ["out"], body=body())], "Loop"),
        ([helper.make_node("If", ["input"], ["out"], then_branch=body(), else_branch=body())], "If"),
        ([helper.make_node("ConstantOfShape", ["input"], ["out"])], "ConstantOfShape"),
        ([helper.make_node("Expand", ["input", "input"], ["out"])], "Expand"),
        ([helper.make_node("Identity", ["input"], ["out"], domain="com.evil")], "Identity"),
        ([helper.make_node("Identity", ["input"], ["out"], body=body())], "subgraphs"),
        ([helper.make_node("Identity", ["input"], ["out"])] * (MAX_NODES + 1), f"at most {MAX_NODES}"),
        ([helper.make_node("Conv", ["input", "w"], ["out"], pads=[1 << 30] * 4)], "'pads' of a Conv"),
        (
            [helper.make_node("MaxPool", ["input"], ["out"], kernel_shape=[1 << 30])],
            "'kernel_shape' of a MaxPool",
        ),
        (
            [helper.make_node("LSTM", ["input", "w", "r"], ["out"], hidden_size=1 << 30)],
            "'hidden_size' of a LSTM",
        ),
        ([helper.make_node("Scan", ["input"], ["out"], body=body(), num_scan_inputs=1)], "Scan"),
        ([helper.make_node("Tile", ["input", "input"], ["out"])], "Tile"),
        ([helper.make_node("Range", ["input", "input", "input"], ["out"])], "Range"),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
def test_a7_programs_are_refused(nodes: list[Any], message: str) -> None:
    with pytest.raises(UnsafeArtifactError, match=message):
        check_onnx(graph_of(nodes), 3)


def test_a9_external_data_is_refused() -> None:
    tensor = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    identity = helper.make_node("Identity", ["input"], ["out"])
    with pytest.raises(UnsafeArtifactError, match="external data"):
        check_onnx(graph_of([identity], [tensor]), 3)
    with pytest.raises(UnsafeArtifactError, match="external data"):
        check_onnx(graph_of([helper.make_node("Identity", ["input"], ["out"], value=tensor)]), 3)


def changed(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    model = onnx.load_model_from_string(data)
    change({attribute.name: attribute for attribute in model.graph.node[0].attribute})
    return bytes(model.SerializeToString())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nodes_truenodeids", 0),  # a circle
        ("nodes_falsenodeids", 10**6),
        ("nodes_featureids", 3),
        ("nodes_featureids", -1),
        ("nodes_nodeids", -5),
        ("nodes_nodeids", 1),
        ("nodes_treeids", 1 << 40),
    ],
)
def test_trees_that_lead_elsewhere_are_refused(name: str, value: int, forest: BaseModel) -> None:
    data = forest._to_onnx()
    assert data is not None

    def point_away(attributes: dict[str, Any]) -> None:
        attributes[name].ints[0] = value

    with pytest.raises(UnsafeArtifactError, match="trees of an ONNX model"):
        check_onnx(changed(data, point_away), 3)


def test_trees_with_columns_of_two_lengths_or_without_one_are_refused(forest: BaseModel) -> None:
    data = forest._to_onnx()
    assert data is not None
    with pytest.raises(UnsafeArtifactError, match="one length"):
        check_onnx(changed(data, lambda attributes: attributes["nodes_featureids"].ints.pop()), 3)

    def rename(attributes: dict[str, Any]) -> None:
        attributes["nodes_modes"].name = "other"

    with pytest.raises(UnsafeArtifactError, match="must have"):
        check_onnx(changed(data, rename), 3)


def test_a_model_of_more_columns_than_the_signature_is_refused(forest: BaseModel) -> None:
    data = forest._to_onnx()
    assert data is not None
    with pytest.raises(UnsafeArtifactError):
        check_onnx(data, 1)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x80\x04.", bytes(np.random.default_rng(0).bytes(200))])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnsafeArtifactError):
        check_onnx(data, 3)
