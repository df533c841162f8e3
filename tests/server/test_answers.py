from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from ml_analytics.core.columns import ColumnKind
from ml_analytics.core.errors import PredictionError
from ml_analytics.core.signature import Field, Signature
from ml_analytics.server.answers import check_outputs, infer_body, model_metadata
from ml_analytics.serving import Answer, ServedModel

INPUTS = (Field("a", ColumnKind.NUMBER), Field("b", ColumnKind.CATEGORY), Field("c", ColumnKind.BOOLEAN))


def answer(predictions: Any, probabilities: Any = None, classes: tuple[Any, ...] = ()) -> Answer:
    values = np.asarray(predictions)
    chances = None if probabilities is None else np.asarray(probabilities, dtype=float)
    return Answer("risk", "1.0.0", values, chances, classes, ("id",), 0.1)


def test_a_classifier_answers_labels_and_probabilities() -> None:
    body = json.loads(infer_body(answer([1, 0], [[0.1, 0.9], [0.8, 0.2]], (0, 1)), "call", frozenset()))
    assert {key: body[key] for key in ("model_name", "model_version", "id")} == {
        "model_name": "risk",
        "model_version": "1.0.0",
        "id": "call",
    }
    assert body["outputs"] == [
        {"name": "predict", "datatype": "INT64", "shape": [2], "data": [1, 0]},
        {
            "name": "probabilities",
            "datatype": "FP64",
            "shape": [2, 2],
            "data": [0.1, 0.9, 0.8, 0.2],
            "parameters": {"classes": [0, 1]},
        },
    ]


@pytest.mark.parametrize(
    ("predictions", "datatype"),
    [
        ([1.5], "FP64"),
        ([1], "INT64"),
        ([True], "BOOL"),
        (["high"], "BYTES"),
        (np.array(["high"], dtype=object), "BYTES"),
        (np.array([1, 2], dtype=np.uint8), "INT64"),
        (np.array([1, 2], dtype=np.float32), "FP64"),
    ],
)
def test_each_kind_of_prediction_has_its_datatype(predictions: Any, datatype: str) -> None:
    output = json.loads(infer_body(answer(predictions), "call", frozenset()))["outputs"][0]
    assert output["datatype"] == datatype
    assert output["data"] == np.asarray(predictions).tolist()


def test_only_the_outputs_asked_for_are_sent() -> None:
    given = answer([1], [[0.0, 1.0]], (0, 1))
    for name in ("predict", "probabilities"):
        body = json.loads(infer_body(given, "call", frozenset({name})))
        assert [one["name"] for one in body["outputs"]] == [name]
    with pytest.raises(PredictionError, match="not a classifier"):
        infer_body(answer([1.0]), "call", frozenset({"probabilities"}))


def test_outputs_a_model_has_not_are_refused_before_it_is_asked() -> None:
    check_outputs(frozenset({"predict"}), Signature(INPUTS, "number"))
    check_outputs(frozenset({"probabilities"}), Signature(INPUTS, "class", (0, 1)))
    with pytest.raises(PredictionError, match="not a classifier"):
        check_outputs(frozenset({"probabilities"}), Signature(INPUTS, "number"))


def test_an_answer_that_is_not_finite_is_not_sent() -> None:
    with pytest.raises(PredictionError, match="finite"):
        infer_body(answer([float("nan")]), "call", frozenset())


@pytest.mark.parametrize(
    ("output", "classes", "datatype", "outputs"),
    [
        ("class", ("low", "high"), "BYTES", 2),
        ("class", (0, 1), "INT64", 2),
        ("class", (False, True), "BOOL", 2),
        ("number", (), "FP64", 1),
        ("cluster", (), "INT64", 1),
    ],
)
def test_metadata_says_what_goes_in_and_out(
    output: str, classes: tuple[Any, ...], datatype: str, outputs: int
) -> None:
    served = ServedModel(
        "risk", "1.1.0", "forest", "onnx", Signature(INPUTS, output, classes), ("1.0.0", "1.1.0")
    )
    told = model_metadata(served)
    assert (told["name"], told["versions"], told["platform"]) == (
        "risk",
        ["1.0.0", "1.1.0"],
        "onnxruntime_onnx",
    )
    assert [(one["name"], one["datatype"], one["shape"]) for one in told["inputs"]] == [
        ("a", "FP64", [-1, 1]),
        ("b", "BYTES", [-1, 1]),
        ("c", "BOOL", [-1, 1]),
    ]
    assert told["outputs"][0] == {"name": "predict", "datatype": datatype, "shape": [-1]}
    assert len(told["outputs"]) == outputs
    if outputs == 2:
        assert told["outputs"][1]["shape"] == [-1, 2]
        assert told["outputs"][1]["parameters"] == {"classes": list(classes)}
