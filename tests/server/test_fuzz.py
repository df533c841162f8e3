"""Whatever is posted, the answer is a status under 500 and one sentence."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.settings import Settings
from ml_analytics.server import create_app
from ml_analytics.stores import open_stores

GOOD: dict[str, Any] = {
    "id": "call",
    "parameters": {"time": "2024-01-01", "entity": "x", "use_cache": False},
    "inputs": [
        {"name": "age", "shape": [1], "datatype": "FP64", "data": [20.0]},
        {"name": "income", "shape": [1, 1], "datatype": "INT64", "data": [[1]]},
    ],
    "outputs": [{"name": "predict"}],
}
ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["FP32", "BYTES", "BOOL", "INT8", "probabilities", "age", "\ud800", "\0", 10**400, -0.0, [], {}]
    )
)
VALUES = st.recursive(
    ODD, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def changed(path: tuple[Any, ...], value: Any) -> Any:
    body: Any = copy.deepcopy(GOOD)
    if not path:
        return value
    at = body
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return body


@pytest.fixture(scope="module")
def fuzzed(template: Path, tmp_path_factory: pytest.TempPathFactory, client_class: Any) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("fuzz") / "home"
    copytree(template, home)
    with open_stores(home) as stores:
        yield client_class(create_app(stores, Settings(home=home)))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(places(GOOD))), VALUES)
def test_one_odd_value_anywhere(fuzzed: Any, path: tuple[Any, ...], value: Any) -> None:
    response = fuzzed.post("/v2/models/risk/infer", json.dumps(changed(path, value)))
    assert response.status_code in (200, 400, 409, 413, 422), response.text
    if response.status_code != 200:
        assert set(response.json()) == {"error"} and response.json()["error"].endswith((".", "..."))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(fuzzed: Any, body: bytes) -> None:
    assert fuzzed.post("/v2/models/risk/infer", body).status_code in (400, 422)
