"""Answers out: from arrays and signatures to the protocol's JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ..core.columns import ColumnKind
from ..core.errors import PredictionError
from ..core.signature import Signature
from ..serving import Answer, ServedModel

PREDICT = "predict"
PROBABILITIES = "probabilities"
_PLATFORMS = {"onnx": "onnxruntime_onnx", "native": "ml_analytics_native"}
_INPUT_TYPES = {ColumnKind.NUMBER: "FP64", ColumnKind.BOOLEAN: "BOOL"}


def model_metadata(served: ServedModel) -> dict[str, Any]:
    """Return the protocol's model metadata; -1 stands for any number of rows."""
    inputs = [
        {"name": one.name, "datatype": _INPUT_TYPES.get(one.kind, "BYTES"), "shape": [-1, 1]}
        for one in served.signature.inputs
    ]
    return {
        "name": served.model_id,
        "versions": list(served.versions),
        "platform": _PLATFORMS.get(served.platform, served.platform),
        "inputs": inputs,
        "outputs": _output_metadata(served.signature),
    }


def _output_metadata(signature: Signature) -> list[dict[str, Any]]:
    classes = list(signature.classes)
    outputs: list[dict[str, Any]] = [{"name": PREDICT, "datatype": _declared(signature), "shape": [-1]}]
    if signature.output == "class" and classes:
        outputs.append(
            {
                "name": PROBABILITIES,
                "datatype": "FP64",
                "shape": [-1, len(classes)],
                "parameters": {"classes": _plain(classes)},
            }
        )
    return outputs


def _declared(signature: Signature) -> str:
    if signature.classes:
        return datatype_of(np.asarray(signature.classes))
    return "INT64" if signature.output == "cluster" else "FP64"


def datatype_of(values: np.ndarray) -> str:
    """Return the protocol's datatype for predictions; labels that are not all of one plain kind are text.

    >>> datatype_of(np.array([1, 2])), datatype_of(np.array(["low", "high"], dtype=object))
    ('INT64', 'BYTES')
    """
    return {"b": "BOOL", "i": "INT64", "u": "INT64", "f": "FP64"}.get(values.dtype.kind, "BYTES")


def check_outputs(wanted: frozenset[str], signature: Signature) -> None:
    """Refuse outputs that this model has not, before anything is computed and logged.

    Raises:
        PredictionError: probabilities of a model that is not a classifier.
    """
    if PROBABILITIES in wanted and signature.output != "class":
        raise _no_probabilities()


def infer_body(answer: Answer, request_id: str, wanted: frozenset[str]) -> bytes:
    """Return the body of an inference response with the ``wanted`` outputs, in the protocol's order.

    Raises:
        PredictionError: an output was asked for that this model has not, or the model's answer is not finite.
    """
    if PROBABILITIES in wanted and answer.probabilities is None:
        raise _no_probabilities()
    outputs: list[dict[str, Any]] = []
    if not wanted or PREDICT in wanted:
        outputs.append(_output(PREDICT, answer.predictions))
    if answer.probabilities is not None and (not wanted or PROBABILITIES in wanted):
        tensor = _output(PROBABILITIES, answer.probabilities.astype(np.float64, copy=False))
        outputs.append({**tensor, "parameters": {"classes": _plain(answer.classes)}})
    body = {
        "model_name": answer.model_id,
        "model_version": answer.version,
        "id": request_id,
        "outputs": outputs,
    }
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except ValueError as error:
        raise PredictionError(
            "The model must answer with finite numbers. It did not for this input."
        ) from error


def _no_probabilities() -> PredictionError:
    return PredictionError("The output 'probabilities' must not be asked for: the model is not a classifier.")


def _output(name: str, values: np.ndarray) -> dict[str, Any]:
    datatype = datatype_of(values)
    data = values.ravel().tolist()
    if datatype == "BYTES":
        data = [str(value) for value in data]
    return {"name": name, "datatype": datatype, "shape": list(values.shape), "data": data}


def _plain(labels: Any) -> list[Any]:
    return [one.item() if isinstance(one, np.generic) else one for one in labels]
