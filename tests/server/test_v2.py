"""The protocol over real stores, a real registry and a real model."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import PREDICTIONS
from ml_analytics.registry import ModelRegistry
from ml_analytics.server import create_app, create_key
from ml_analytics.server.roles import Role

INFER = "/v2/models/risk/infer"
COLUMNS = [
    {"name": "income", "shape": [2, 1], "datatype": "INT64", "data": [[1], [4]]},
    {"name": "age", "shape": [2], "datatype": "FP32", "data": [20, 50]},
]
EVIL_NAMES = [
    "..", "a..b", "..\\..\\etc\\passwd", "a\x00b", "x" * 10_000, "%2e%2e%2fetc%2fpasswd", "a b", "é", "\ud800",
    "<script>", "{model}", "file:", "'; DROP TABLE models; --", "$ne", "-a", ".a",
]  # fmt: skip


def predictions_of(response: Any) -> list[Any]:
    assert response.status_code == 200, response.text
    return list(response.json()["outputs"][0]["data"])


def test_server_and_health(client: Any) -> None:
    told = client.get("/v2").json()
    assert told["name"] == "ml_analytics" and told["extensions"] == ["model_repository"]
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}


def test_metadata_of_the_served_and_of_a_named_version(client: Any) -> None:
    told = client.get("/v2/models/risk").json()
    assert told["name"] == "risk" and told["versions"] == ["1.0.0"]
    assert [one["name"] for one in told["inputs"]] == ["age", "income"]
    assert told["outputs"][1]["parameters"] == {"classes": ["high", "low"]}
    assert client.get("/v2/models/risk/versions/1.0.0").json() == told
    for path in ("/v2/models/risk/ready", "/v2/models/risk/versions/1.0.0/ready"):
        assert client.get(path).json() == {"name": "risk", "ready": True}


def test_the_index_lists_the_callers_models(client: Any) -> None:
    entry = {"name": "risk", "version": "1.0.0", "state": "READY", "reason": ""}
    for body in (b"", b"{}", b'{"ready": true}'):
        assert client.post("/v2/repository/index", body).json() == [entry]
    assert client.post("/v2/repository/index", b'{"ready": true, "tenant_id": "beta"}').status_code == 422


def test_a_matrix_is_answered(client: Any, body: Any) -> None:
    told = client.post(INFER, body).json()
    assert set(told) == {"model_name", "model_version", "id", "outputs"}
    assert (told["model_name"], told["model_version"], told["id"]) == ("risk", "1.0.0", "call-1")
    predict, probabilities = told["outputs"]
    assert predict == {"name": "predict", "datatype": "BYTES", "shape": [2], "data": ["low", "high"]}
    assert probabilities["shape"] == [2, 2] and probabilities["parameters"] == {"classes": ["high", "low"]}
    high, low = probabilities["data"][:2]
    assert low > high and low + high == pytest.approx(1, abs=1e-6)


def test_columns_are_answered_whatever_their_order(client: Any) -> None:
    assert predictions_of(client.post(INFER, {"inputs": COLUMNS})) == ["low", "high"]
    assert predictions_of(client.post("/v2/models/risk/versions/1.0.0/infer", {"inputs": COLUMNS[::-1]})) == [
        "low",
        "high",
    ]


def test_a_body_without_content_type_is_json(client: Any, body: Any) -> None:
    headers = [(b"host", b"localhost")]
    status, answer, _ = client.raw("POST", INFER, [json.dumps(body).encode()], headers)
    assert status == 200 and json.loads(answer)["id"] == "call-1"


def test_only_the_outputs_asked_for(client: Any, body: Any) -> None:
    told = client.post(INFER, {**body, "outputs": [{"name": "probabilities"}]}).json()
    assert [one["name"] for one in told["outputs"]] == ["probabilities"]


def test_every_row_is_in_the_log_under_the_callers_id(client: Any, models: Any, body: Any) -> None:
    moment = datetime(2024, 5, 1, 12, tzinfo=UTC)
    parameters = {"time": "2024-05-01T14:00:00+02:00", "entity": "customer-7"}
    client.post(INFER, {**body, "parameters": parameters})
    log = models.documents.collection(Tenant("default"), PREDICTIONS)
    kept = {document["_id"]: document for document in log.find()}
    assert set(kept) == {"call-1:0", "call-1:1"}
    assert {one["time"] for one in kept.values()} == {moment}
    assert {one["entity"] for one in kept.values()} == {"customer-7"}
    assert kept["call-1:1"]["output"] == "high" and kept["call-1:1"]["inputs"] == {"age": 50.0, "income": 4.0}


def test_one_row_is_in_the_log_under_the_id_itself_or_a_new_one(client: Any, models: Any) -> None:
    one = {"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP64", "data": [20, 1]}]}
    assert client.post(INFER, {**one, "id": "mine"}).json()["id"] == "mine"
    made = client.post(INFER, one).json()["id"]
    log = models.documents.collection(Tenant("default"), PREDICTIONS)
    assert {document["_id"] for document in log.find()} == {"mine", made}


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_unsafe_names_never_reach_anything(client: Any, name: str) -> None:
    for path in (f"/v2/models/{name}", f"/v2/models/{name}/ready", f"/v2/models/risk/versions/{name}"):
        status, answer, _ = client.raw("GET", path)
        assert status == 422, (status, answer)
        assert set(json.loads(answer)) == {"error"} and len(answer) < 300 and b"etc" not in answer
    for path in (f"/v2/models/{name}/infer", f"/v2/models/risk/versions/{name}/infer"):
        assert client.raw("POST", path, [b"{}"])[0] == 422


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/../../b", "//", "file:///etc/passwd"])
def test_slashes_in_names_lead_nowhere(client: Any, name: str) -> None:
    for method, path in (("GET", f"/v2/models/{name}"), ("POST", f"/v2/models/{name}/infer")):
        status, answer, _ = client.raw(method, path, [b"{}"])
        assert status in (404, 422) and set(json.loads(answer)) == {"error"} and b"etc" not in answer


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"tenant_id": "beta"}, 422),
        ({"role": "admin"}, 422),
        ({"stage": "production"}, 422),
        ({"parameters": {"tenant_id": "beta"}}, 422),
        ({"parameters": {"time": "yesterday"}}, 422),
        ({"parameters": {"entity": "x" * 300}}, 422),
        ({"parameters": {"entity": "a\0b"}}, 422),
        ({"id": "../../etc/passwd"}, 422),
        ({"id": ""}, 422),
        ({"inputs": []}, 422),
        ({"inputs": COLUMNS[:1]}, 422),
        ({"inputs": [*COLUMNS, {**COLUMNS[0], "name": "other"}]}, 422),
        ({"inputs": [{**COLUMNS[0], "name": "x", "shape": [1 << 39, 2], "data": []}]}, 413),
        (
            {"inputs": [{**COLUMNS[0], "shape": [0], "data": []}, {**COLUMNS[1], "shape": [0], "data": []}]},
            422,
        ),
        ({"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP64", "data": [None, 1.0]}]}, 422),
        ({"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP64", "data": ["0.9", 1.0]}]}, 422),
        ({"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP64", "data": [True, 1.0]}]}, 422),
        ({"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP64", "data": [1e308, 1.0]}]}, 422),
        ({"inputs": [{"name": "x", "shape": [1, 3], "datatype": "FP64", "data": [1, 2, 3]}]}, 422),
    ],
)
def test_requests_that_do_not_fit(client: Any, body: Any, changed: dict[str, Any], status: int) -> None:
    response = client.post(INFER, {**body, **changed})
    assert response.status_code == status, response.text
    assert set(response.json()) == {"error"} and response.json()["error"].endswith((".", "..."))
    assert "etc" not in response.text and "Traceback" not in response.text


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("NaN", 422),
        ("Infinity", 422),
        ("-Infinity", 422),
        ("1e400", 422),
        ("9" * 5000, 400),
        ("9" * 400, 422),
    ],
)
def test_numbers_that_are_none(client: Any, number: str, status: int) -> None:
    text = f'{{"inputs": [{{"name": "x", "shape": [1, 2], "datatype": "FP64", "data": [{number}, 1.0]}}]}}'
    response = client.post(INFER, text)
    assert response.status_code == status and set(response.json()) == {"error"}


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b'{"inputs":' * 100_000, b"", b"{", b"\xff", b'{"id":"a","id":"b"}']
)
def test_bodies_that_cannot_be_read(client: Any, text: bytes) -> None:
    response = client.post(INFER, text)
    assert response.status_code == 400 and set(response.json()) == {"error"}


def test_deep_data_within_the_parsers_reach_is_refused(client: Any, body: Any) -> None:
    deep: Any = 1.0
    for _ in range(500):
        deep = [deep]
    body["inputs"][0]["data"] = deep
    assert client.post(INFER, body).status_code == 422


def test_binary_tensors_get_a_sentence(client: Any, body: Any) -> None:
    response = client.post(INFER, body, headers={"Inference-Header-Content-Length": "10"})
    assert response.status_code == 415 and "binary" in response.json()["error"]


def test_limits_come_from_the_settings(models: Any, settings: Any, client: Any, body: Any) -> None:
    section = settings.server.model_copy(update={"max_rows": 1, "max_body_bytes": 1024})
    small = type(client)(create_app(models, settings.model_copy(update={"server": section})))
    assert small.post(INFER, body).status_code == 413
    assert small.post(INFER, b" " * 1025).status_code == 413
    status, answer, taken = small.raw("POST", INFER, [b" " * 512] * 1000)
    assert status == 413 and taken == 3 and set(json.loads(answer)) == {"error"}


def test_missing_models_and_versions(client: Any, body: Any) -> None:
    for path in ("/v2/models/nothing", "/v2/models/nothing/ready", "/v2/models/risk/versions/9.0.0"):
        assert client.get(path).status_code == 404
    assert client.post("/v2/models/nothing/infer", body).status_code == 404
    assert client.post("/v2/models/risk/versions/9.0.0/infer", body).status_code == 404
    assert client.get("/v2/models/risk/versions/latest").status_code == 422


def test_another_tenants_model_looks_exactly_like_a_missing_one(
    models: Any, client: Any, body: Any, register_as: Any
) -> None:
    key = create_key(models.records, "beta", "app", Role.ADMIN)
    paths = [
        ("GET", "/v2/models/secret"),
        ("GET", "/v2/models/secret/ready"),
        ("GET", "/v2/models/secret/versions/1.0.0"),
        ("POST", "/v2/models/secret/infer"),
        ("POST", "/v2/models/secret/versions/1.0.0/infer"),
    ]
    beta = client.with_key(key)
    missing = [beta.request(method, path, json=body) for method, path in paths]
    register_as("alpha", "secret")
    other = [beta.request(method, path, json=body) for method, path in paths]
    for before, after in zip(missing, other, strict=True):
        assert before.status_code == after.status_code == 404
        assert before.content == after.content and before.headers == after.headers


def test_equal_names_and_inputs_never_share_answers(
    models: Any, client: Any, body: Any, register_as: Any
) -> None:
    callers = {name: client.with_key(create_key(models.records, name, "app")) for name in ("alpha", "beta")}
    cached = {**body, "parameters": {"use_cache": True}}
    del cached["id"]
    for _ in range(3):
        for name, caller in callers.items():
            response = caller.post(INFER, cached)
            assert predictions_of(response) == [f"{name}-low", f"{name}-high"]
            other = "beta" if name == "alpha" else "alpha"
            assert other not in response.text  # the other tenant's labels are the canary
    register_as("alpha", "risk", "next-low", "next-high")
    for _ in range(2):
        assert (
            predictions_of(callers["alpha"].post("/v2/models/risk/versions/1.0.0/infer", cached))[0]
            == "alpha-low"
        )
        assert (
            predictions_of(callers["alpha"].post("/v2/models/risk/versions/1.1.0/infer", cached))[0]
            == "next-low"
        )


def test_no_canary_of_a_tenant_is_seen_by_another(
    models: Any, client: Any, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    callers = {
        name: client.with_key(create_key(models.records, name, "app", "admin")) for name in ("alpha", "beta")
    }
    callers["alpha"].post(INFER, {**body, "id": "alpha-call", "parameters": {"entity": "alpha-entity"}})
    for method, path in [
        ("GET", "/v2"), ("GET", "/v2/models/risk"), ("POST", "/v2/repository/index"), ("POST", INFER),
        ("GET", "/openapi.json"), ("GET", "/v2/models/alpha"),
    ]:  # fmt: skip
        response = callers["beta"].request(method, path, json=body if path == INFER else None)
        assert "alpha" not in response.text.replace("/v2/models/alpha", "").replace("'alpha'", "")
    beta_log = models.documents.collection(Tenant("beta"), PREDICTIONS)
    assert [document["_id"] for document in beta_log.find()] == ["call-1:0", "call-1:1"]
    assert "alpha" not in caplog.text


def test_the_version_in_production_answers(client: Any, models: Any, body: Any, register_as: Any) -> None:
    register_as("default", "risk", "new-low", "new-high")
    told = client.post(INFER, body).json()
    assert told["model_version"] == "1.1.0"
    registry = ModelRegistry(models, "default")
    registry.promote_version("risk", "1.0.0", "production")
    told = client.post(INFER, {**body, "id": "call-2"}).json()
    assert told["model_version"] == "1.0.0" and told["outputs"][0]["data"] == ["low", "high"]
    assert client.get("/v2/models/risk").json()["versions"] == ["1.0.0", "1.1.0"]
