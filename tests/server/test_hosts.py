from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from ml_analytics.server.hosts import HostCheck, is_loopback

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def status(
    *headers: tuple[bytes, bytes],
    allowed: Collection[str] | None = (),
    method: str = "GET",
    kind: str = "http",
) -> int:
    seen: list[Any] = []

    async def send(message: Any) -> None:
        seen.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": kind, "method": method, "path": "/", "headers": headers}
    asyncio.run(HostCheck(PlainTextResponse("inside"), allowed)(scope, receive, send))
    return int(seen[0].get("status", 0))


@pytest.mark.parametrize(
    "host", [b"localhost", b"LOCALHOST:80", b"127.0.0.1:8080", b"127.9.9.9", b"[::1]:80", b"testserver"]
)
def test_this_machines_names_are_answered(host: bytes) -> None:
    assert status((b"host", host)) == 200


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "host",
    [
        b"evil.example",
        b"localhost.evil.example",
        b"0.0.0.0",
        b"[::]",
        b"",
        b"10.0.0.1",
        b"[::1",
        b"127.0.0.1.nip.io",
        b"\xff",
    ],
)
def test_foreign_hosts_are_refused_with_every_verb(host: bytes, method: str) -> None:
    assert status((b"host", host), method=method) == 400


def test_one_host_header_and_only_one() -> None:
    assert status() == 400
    assert status((b"host", b"localhost"), (b"host", b"localhost")) == 400


@pytest.mark.parametrize("method", METHODS)
def test_foreign_origins_are_refused_with_every_verb(method: str) -> None:
    host = (b"host", b"localhost:8080")
    assert status(host, (b"origin", b"http://localhost:8080"), method=method) == 200
    for origin in (b"null", b"http://evil.example", b"http://localhost:3000", b"file://", b""):
        assert status(host, (b"origin", origin), method=method) == 403


def test_configured_names_are_answered() -> None:
    assert status((b"host", b"ML.example:443"), allowed=["ml.Example"]) == 200
    assert status((b"host", b"other.example"), allowed=["ml.example"]) == 400
    assert status((b"host", b"any.example"), allowed=None) == 200
    assert status((b"host", b""), allowed=None) == 400


def test_what_is_loopback() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1")] == [True] * 3
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "", "10.1.2.3", "ml.example")] == [False] * 5
