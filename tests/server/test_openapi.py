from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ml_analytics.server.access import GuardedRoute


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


@pytest.fixture
def document(client: Any) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/openapi.json").json()
    return told


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found
    for reference in found:
        assert reference.startswith("#/")
        place: Any = document
        for part in reference[2:].split("/"):
            place = place[part]


def test_every_route_is_described_with_its_parameters_and_security(
    client: Any, document: dict[str, Any]
) -> None:
    assert document["openapi"].startswith("3.1")
    schemes = document["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer" and schemes["apiKey"]["name"] == "X-API-Key"
    operations = set()
    for route in client.app.routes:
        assert isinstance(route, GuardedRoute)
        if not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path][method.lower()]
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert named == {part[1:-1] for part in route.path.split("/") if part.startswith("{")}
            assert operation["security"] == (
                [] if "health" in route.path else [{"bearer": []}, {"apiKey": []}]
            )
            assert operation["summary"] and "200" in operation["responses"]
            operations.add(operation["operationId"])
    described = sum(len(methods) for methods in document["paths"].values())
    assert len(operations) == described


def test_bodies_are_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        if not path.endswith("/infer"):
            continue
        content = methods["post"]["requestBody"]["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/InferRequest"}
        answer = methods["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer == {"$ref": "#/components/schemas/InferResponse"}
        wrong = methods["post"]["responses"]["422"]["content"]["application/json"]["schema"]
        assert wrong == {"$ref": "#/components/schemas/ErrorBody"}
    assert set(schemas["InputTensor"]["required"]) == {"name", "shape", "datatype", "data"}
    assert schemas["InferRequest"]["additionalProperties"] is False
    assert "HTTPValidationError" not in schemas
