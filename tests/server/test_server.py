"""The server on real sockets."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from ml_analytics.core.errors import SettingsError
from ml_analytics.server import ModelServer, create_key, http11, running, server


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        yield connection


def everything(connection: socket.socket) -> bytes:
    received = bytearray()
    with suppress(ConnectionResetError):  # what a server that closes on unread bytes looks like
        while part := connection.recv(65536):
            received += part
    return bytes(received)


def test_a_model_is_served(models: Any, settings: Any, body: Any) -> None:
    with running(models, settings) as url, httpx.Client(base_url=url) as http:
        response = http.post("/v2/models/risk/infer", json=body)
        assert response.json()["outputs"][0]["data"] == ["low", "high"]
        assert "server" not in response.headers
        key = create_key(models.records, "alpha", "app")
        told = http.post("/v2/models/risk/infer", json=body, headers={"X-API-Key": key}).json()
        assert told["outputs"][0]["data"] == ["alpha-low", "alpha-high"]
        evil = http.get("/v2/models/%2e%2e%2f%2e%2e%2fetc%2fpasswd")
        assert evil.status_code in (404, 422) and "etc" not in evil.text
        for name in ("%00", "..%5c..%5cetc", "%ff%fe", "a" * 10_000):
            assert http.get(f"/v2/models/{name}").status_code in (401, 422)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url + "/v2/health/live")


def test_no_answer_waits_for_an_acknowledgement(
    models: Any, settings: Any, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer's head and body are two writes: with Nagle's algorithm the second waits for the first."""
    seen: list[int] = []
    kind: Any = next(
        one for one in vars(http11).values() if isinstance(one, type) and one.__module__ == http11.__name__
    )
    original = kind.connection_made

    def spy(self: Any, transport: Any) -> None:
        seen.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        original(self, transport)

    monkeypatch.setattr(kind, "connection_made", spy)
    with running(models, settings) as url:
        assert httpx.post(f"{url}/v2/models/risk/infer", json=body).status_code == 200
    assert seen and all(seen)


def test_a_header_does_not_make_a_stranger_local(models: Any, settings: Any) -> None:
    with running(models, settings) as url:
        assert httpx.get(url + "/v2", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 200
        assert httpx.get(url + "/v2", headers={"Host": "evil.example"}).status_code == 400


def test_a_chunked_flood_is_cut_off(models: Any, settings: Any) -> None:
    section = settings.server.model_copy(update={"max_body_bytes": 100_000})
    small = settings.model_copy(update={"server": section})
    with running(models, small) as url, connected(url) as connection:
        connection.sendall(
            b"POST /v2/models/risk/infer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        answer = b""
        try:
            for _ in range(10_000):
                connection.sendall(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        except OSError:
            pass  # the server has closed: that is the point
        else:
            pytest.fail("the server took 300 MB")
        with connected(url) as second:
            second.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = everything(second)
        assert b"200 OK" in answer


@pytest.mark.parametrize("length", [b"300000000", b"-5", b"abc", b"99999999999999999999999999"])
def test_a_claimed_length_is_refused_at_once(models: Any, settings: Any, length: bytes) -> None:
    with running(models, settings) as url, connected(url) as connection:
        connection.sendall(
            b"POST /v2/models/risk/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + length
            + b"\r\n\r\n"
        )
        status = everything(connection).split(b" ", 2)[1]
        assert status in (b"413", b"400")


def test_headers_without_end_are_refused(models: Any, settings: Any) -> None:
    with running(models, settings) as url, connected(url) as connection:
        with suppress(OSError):
            connection.sendall(b"GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000)
        assert b"200" not in everything(connection)


@pytest.mark.parametrize("sent", [b"", b"GET /v2 HTTP/1.1\r\nHost: loc"])
def test_a_socket_that_does_not_finish_its_headers_is_closed(
    models: Any, settings: Any, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http11, "HEADER_SECONDS", 0.05)
    with running(models, settings) as url, connected(url) as connection:
        connection.sendall(sent)
        assert everything(connection) == b""


def test_the_second_request_has_a_deadline_for_its_headers_too(
    models: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(models, settings) as url, connected(url) as connection:
        connection.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(http11, "HEADER_SECONDS", 0.05)
        connection.sendall(b"GET /v2/health/li")
        assert b"HTTP/1.1" not in everything(connection)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_without_keys_only_loopback_is_bound(models: Any, settings: Any, host: str) -> None:
    server = ModelServer(models, settings, host=host, port=0)
    with pytest.raises(SettingsError, match=r"^The setting 'server\.host' must be a loopback address.*\.$"):
        server.run()
    with pytest.raises(SettingsError), server.running():
        pytest.fail("it must not listen")


def test_with_a_key_any_address_may_be_bound(models: Any, settings: Any, body: Any) -> None:
    key = create_key(models.records, "alpha", "app")
    with ModelServer(models, settings, host="0.0.0.0", port=0).running() as url:
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(here + "/v2").status_code == 401
        assert httpx.get(here + "/v2", headers={"X-API-Key": key, "Host": "any.example"}).status_code == 200


def test_a_host_that_is_none_is_refused(models: Any, settings: Any) -> None:
    with pytest.raises(SettingsError, match="must be an address"):
        ModelServer(models, settings, host="no such host").run()


def test_a_taken_port_is_named(models: Any, settings: Any) -> None:
    with running(models, settings) as url:
        port = urlsplit(url).port
        with pytest.raises(
            SettingsError, match=rf"'server\.port' must be a port that is free\. Got {port}\."
        ):
            ModelServer(models, settings, port=port).run()


def test_a_port_that_is_none_is_refused(models: Any, settings: Any) -> None:
    with pytest.raises(SettingsError, match=r"server\.port"):
        ModelServer(models, settings, port=70_000)


def test_requests_under_way_are_finished(models: Any, settings: Any, body: Any) -> None:
    text = json.dumps(body).encode()
    with running(models, settings) as url, connected(url) as connection:
        connection.sendall(
            b"POST /v2/models/risk/infer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(text), text)
        )
        assert b'"low","high"' in everything(connection)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_stops_cleanly_when_told(
    models: Any, settings: Any, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, seen = signal.getsignal(signal.SIGTERM), []
    begin = server._Server.startup

    async def startup(self: Any, sockets: Any = None) -> None:
        await begin(self, sockets)
        seen.append(httpx.URL("http://localhost", port=sockets[0].getsockname()[1]))
        signal.raise_signal(number)

    monkeypatch.setattr(server._Server, "startup", startup)
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again when it is done
    try:
        ModelServer(settings=settings, port=0).run()
    finally:
        signal.signal(signal.SIGTERM, original)
    with pytest.raises(httpx.ConnectError):
        httpx.get(seen[0])
