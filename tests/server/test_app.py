from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ml_analytics.core.settings import Settings
from ml_analytics.server import create_app
from ml_analytics.stores import Stores


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/redoc", "/v2/", "/v2/models", "/v2/models/", "/v2/models/risk/", "/metrics"]
)
def test_there_is_nothing_else(client: Any, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json() == {"error": "There is nothing at this address."}


def test_a_wrong_method_says_so(client: Any) -> None:
    response = client.get("/v2/models/risk/infer")
    assert response.status_code == 405 and response.json() == {"error": "There is no such method here."}
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_foreign_hosts_and_origins_reach_no_route(client: Any, method: str) -> None:
    for path in ("/v2", "/v2/models/risk/infer", "/openapi.json", "/nothing"):
        assert client.request(method, path, headers={"Host": "evil.example"}).status_code == 400
        assert client.request(method, path, headers={"Origin": "http://evil.example"}).status_code == 403


def test_hosts_follow_the_settings(models: Any, settings: Settings, client: Any) -> None:
    def status(name: str, **server: Any) -> int:
        section = settings.server.model_copy(update=server)
        app = create_app(models, settings.model_copy(update={"server": section}))
        return int(type(client)(app).get("/v2", headers={"Host": name}).status_code)

    assert status("ml.example", allowed_hosts=("ml.example",)) == 200
    assert status("other.example", allowed_hosts=("ml.example",), host="0.0.0.0") == 400
    assert status("any.example", host="0.0.0.0") == 200
    assert status("ml.example", host="ml.example") == 200
    assert status("any.example", host="ml.example") == 400


def test_settings_alone_are_enough_and_own_stores_are_closed_at_the_end(
    settings: Settings, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Stores] = []
    app = create_app(settings)
    assert type(client)(app).get("/v2/health/ready").status_code == 200

    def close(self: Stores) -> None:
        closed.append(self)

    monkeypatch.setattr(Stores, "close", close)
    for one in (app, client.app):

        async def live(one: Any = one) -> None:
            async with one.router.lifespan_context(one):
                assert len(closed) == (0 if one is app else 1)

        asyncio.run(live())
    assert closed == [app.state.stores]
    monkeypatch.undo()
    app.state.stores.close()
