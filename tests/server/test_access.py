"""Who reaches what: every route of the application, whatever routes there are, by every kind of caller."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ml_analytics.core.errors import StoreError
from ml_analytics.server import create_app, create_key, revoke_key
from ml_analytics.server.access import GuardedRoute, asks
from ml_analytics.server.roles import Access, Role

PUBLIC = {"/v2/health/live", "/v2/health/ready", "/openapi.json"}


def calls(app: FastAPI) -> list[tuple[str, str, GuardedRoute]]:
    """Every route x method, with names of things that exist only for ``alpha``."""
    found = []
    for route in app.routes:
        assert isinstance(route, GuardedRoute), f"the route {route} has no access rule"
        path = route.path.replace("{model}", "only_alpha").replace("{version}", "1.0.0")
        assert "{" not in path, "this test has to learn a new path parameter"
        found += [(method, path, route) for method in route.methods or ()]
    return found


@pytest.fixture
def keys(models: Any) -> dict[str, str]:
    made = {role.value: create_key(models.records, "alpha", role.value, role) for role in Role}
    made["stranger"] = create_key(models.records, "beta", "stranger", Role.ADMIN)
    made["revoked"] = create_key(models.records, "alpha", "revoked", Role.ADMIN)
    revoke_key(models.records, "alpha", "revoked")
    return made


@pytest.fixture
def guarded(models: Any, settings: Any, client: Any, register_as: Any) -> Any:
    register_as("alpha", "only_alpha")
    return client


def test_every_route_has_a_rule_and_every_rule_is_kept(guarded: Any, keys: dict[str, str], body: Any) -> None:
    for method, path, route in calls(guarded.app):
        sent = body if path.endswith("/infer") else None
        status = {
            who: guarded.with_key(key).request(method, path, json=sent).status_code
            for who, key in keys.items()
        }
        nobody = guarded.request(method, path, json=sent)
        if route.access is Access.PUBLIC:
            assert path in PUBLIC
            assert {nobody.status_code, *status.values()} == {200}
            continue
        assert nobody.status_code == 401 and nobody.headers["www-authenticate"] == "Bearer"
        assert set(nobody.json()) == {"error"}
        assert status["revoked"] == 401
        for role in Role:
            assert status[role.value] == (200 if role.may(route.access) else 403), (method, path, role)
        assert status["stranger"] == (404 if "only_alpha" in path else 200), (method, path)


def test_every_other_method_of_every_route_is_refused(guarded: Any, keys: dict[str, str]) -> None:
    known = {(method, path) for method, path, _ in calls(guarded.app)}
    for path in sorted({path for _, path in known}):
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            if (method, path) not in known:
                assert guarded.with_key(keys["admin"]).request(method, path).status_code == 405, (
                    method,
                    path,
                )


def test_a_route_without_a_rule_cannot_be_made(client: Any) -> None:
    async def handler(request: Request) -> Response:
        return Response()

    with pytest.raises(TypeError, match="must have an access rule"):
        client.app.get("/new")(handler)
    with pytest.raises(TypeError, match="must have an access rule"):
        GuardedRoute("/new", handler)


def test_a_plain_route_would_fail_the_generated_test(client: Any) -> None:
    client.app.router.routes.append(Route("/plain", lambda request: Response()))
    with pytest.raises(AssertionError, match="has no access rule"):
        calls(client.app)


def test_both_headers_carry_a_key(guarded: Any, keys: dict[str, str]) -> None:
    assert guarded.get("/v2", headers={"X-API-Key": keys["viewer"]}).status_code == 200
    assert guarded.get("/v2", headers={"Authorization": "Bearer " + keys["viewer"]}).status_code == 200
    assert guarded.get("/v2", headers={"Authorization": "Basic " + keys["viewer"]}).status_code == 401


def test_without_any_key_only_this_machine_is_answered(client: Any) -> None:
    assert client.get("/v2").status_code == 200
    assert type(client)(client.app, address="10.0.0.9").get("/v2").status_code == 401
    assert type(client)(client.app, key="mla_" + "x" * 43).get("/v2").status_code == 401


def test_keys_that_cannot_be_read_let_nobody_in(
    models: Any, settings: Any, client: Any, keys: Any, monkeypatch: Any
) -> None:
    def away(*_: Any) -> None:
        raise StoreError("Cannot open '/srv/secret.db'.")

    fresh = type(client)(create_app(models, settings))
    monkeypatch.setattr(type(models.records), "read", away)
    for one in (fresh, fresh.with_key(keys["admin"])):
        response = one.get("/v2")
        assert response.status_code == 503 and response.headers["retry-after"] == "1"
        assert "secret" not in response.text
    assert fresh.get("/v2/health/live").status_code == 200
    assert (fresh.get("/v2/health/ready").status_code, fresh.get("/v2/health/ready").json()) == (
        503,
        {"ready": False},
    )


def test_an_unexpected_error_says_nothing_and_is_logged(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    @asks(Access.PUBLIC)
    async def broken(request: Request) -> Response:
        raise RuntimeError("/srv/secret")

    client.app.router.add_api_route("/broken", broken)
    response = client.get("/broken")
    assert response.status_code == 500
    assert set(response.json()) == {"error"} and not re.search("secret|Runtime|Trace", response.text)
    assert "/srv/secret" in caplog.text
