"""The holdout, served for real: every bar asked over HTTP, logged, joined with what happened."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from ...core.errors import PredictionError
from ...core.progress import Progress


def prediction_id(name: str, version: str, time: pd.Timestamp) -> str:
    """Return the id under which the log keeps the answer for one bar: the same on every run."""
    return f"{name}-{version}-{time.strftime('%Y%m%dT%H%M%S%f')}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the server answers, and the API key it wants, if any."""

    url: str
    key: str | None = None


def ask(
    endpoint: Endpoint, name: str, version: str, rows: pd.DataFrame, entity: str, progress: Progress
) -> list[int]:
    """Ask the server for every row, one request each over one connection; return the answered labels.

    Raises:
        PredictionError: the server answered anything but 200.
    """
    return list(_answers(endpoint, name, version, rows, entity, progress))


def _answers(
    endpoint: Endpoint, name: str, version: str, rows: pd.DataFrame, entity: str, progress: Progress
) -> Iterator[int]:
    address = urlsplit(endpoint.url)
    headers = {"Content-Type": "application/json"}
    if endpoint.key is not None:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=30)
    path = f"/v2/models/{name}/versions/{version}/infer"
    try:
        for done, (time, row) in enumerate(rows.iterrows(), start=1):
            body = infer_request(prediction_id(name, version, pd.Timestamp(str(time))), row, entity)
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status != 200:
                raise PredictionError(
                    f"The server answered {response.status}: {answer.get('error', '')}", name
                )
            yield int(_output(answer, "predict")[0])
            progress.advance(done, len(rows))
    finally:
        connection.close()


def infer_request(request_id: str, row: pd.Series, entity: str) -> dict[str, Any]:
    """Return one row as an Open Inference Protocol v2 request."""
    tensor = {"name": "features", "shape": [1, len(row)], "datatype": "FP64", "data": row.tolist()}
    parameters = {"time": pd.Timestamp(str(row.name)).isoformat(), "entity": entity}
    return {"id": request_id, "parameters": parameters, "inputs": [tensor]}


def _output(answer: dict[str, Any], name: str) -> list[Any]:
    return next(list(one["data"]) for one in answer["outputs"] if one["name"] == name)
