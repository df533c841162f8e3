from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ml_analytics.server.errors import RequestError
from ml_analytics.server.messages import IndexRequest, InferRequest, check_time, name_of, read

TENSOR = {"name": "x", "shape": [1, 1], "datatype": "FP64", "data": [1.0]}


def test_what_tritonclient_and_mlserver_send_is_read() -> None:
    triton = {"inputs": [TENSOR], "parameters": {"binary_data_output": True}}
    assert read(InferRequest, triton).inputs[0].name == "x"
    outputs = [{"name": "predict", "parameters": {"binary_data": False}}]
    codec = {**TENSOR, "parameters": {"content_type": "np"}}
    mlserver = {"id": "7", "inputs": [codec], "outputs": outputs, "parameters": {"content_type": "pd"}}
    assert read(InferRequest, mlserver).id == "7"


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {},
        {"inputs": []},
        {"inputs": [TENSOR], "tenant_id": "b"},
        {"inputs": [TENSOR], "role": "admin"},
        {"inputs": [TENSOR], "stage": "production"},
        {"inputs": [TENSOR], "parameters": {"tenant_id": "b"}},
        {"inputs": [TENSOR], "outputs": []},
        {"inputs": [TENSOR], "outputs": [{"name": "secret"}]},
        {"inputs": [TENSOR], "outputs": [{"name": "predict", "parameters": {"classification": 2}}]},
        {"inputs": [{**TENSOR, "tenant_id": "b"}]},
        {"inputs": [{**TENSOR, "shape": [1, 1, 1]}]},
        {"inputs": [{**TENSOR, "shape": []}]},
        {"inputs": [{**TENSOR, "shape": [-1]}]},
        {"inputs": [{**TENSOR, "shape": [True]}]},
        {"inputs": [{**TENSOR, "shape": [1.0]}]},
        {"inputs": [{**TENSOR, "shape": ["1"]}]},
        {"inputs": [{**TENSOR, "shape": [1 << 70]}]},
        {"inputs": [{**TENSOR, "datatype": "FP16"}]},
        {"inputs": [{**TENSOR, "parameters": {"binary_data_size": 8}}]},
        {"inputs": [{**TENSOR, "parameters": {"content_type": "base64"}}]},
        {"inputs": {"$ne": None}},
        {"id": 7, "inputs": [TENSOR]},
        {"x" * 100_000: 1, "inputs": [TENSOR]},
    ],
)
def test_what_is_not_in_the_protocol_is_refused_in_one_short_sentence(value: Any) -> None:
    with pytest.raises(RequestError) as caught:
        read(InferRequest, value)
    assert caught.value.status == 422
    assert caught.value.message.endswith(".") and len(caught.value.message) < 250


def test_the_index_takes_ready_and_nothing_else() -> None:
    assert read(IndexRequest, {"ready": True}).ready
    with pytest.raises(RequestError):
        read(IndexRequest, {"ready": "yes"})


def test_an_unsafe_name_is_not_repeated() -> None:
    with pytest.raises(RequestError) as caught:
        name_of("../../etc/passwd", "model name")
    assert "etc" not in caught.value.message


def test_times_are_read_as_utc() -> None:
    assert check_time(None) is None
    assert check_time("2024-01-01T01:00:00+01:00") == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(RequestError):
        check_time(text)
