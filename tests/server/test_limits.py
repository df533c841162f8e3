from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from ml_analytics.server import limits
from ml_analytics.server.errors import RequestError, response_for
from ml_analytics.server.limits import BodyLimit, read_body

LIMIT = 1000


async def _reader(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        body = await read_body(Request(scope, receive))
        response: Any = PlainTextResponse(str(len(body)))
    except RequestError as error:
        response = response_for(error)
    await response(scope, receive, send)


def send_chunks(
    chunks: Sequence[bytes], *headers: tuple[bytes, bytes], leave: bool = False
) -> tuple[int, int]:
    """Return the status and how many chunks the server took."""
    taken, status = 0, 0

    async def receive() -> Any:
        nonlocal taken
        if taken == len(chunks):
            if leave:
                return {"type": "http.disconnect"}
            await asyncio.Event().wait()
        taken += 1
        more = leave or taken < len(chunks)
        return {"type": "http.request", "body": chunks[taken - 1], "more_body": more}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(BodyLimit(_reader, LIMIT)(scope, receive, send))
    return status, taken


def test_a_body_up_to_the_limit_is_read() -> None:
    assert send_chunks([b"x" * 500, b"x" * 500]) == (200, 2)
    assert send_chunks([b"x" * 1000], (b"content-length", b"1000")) == (200, 1)


def test_a_claim_over_the_limit_is_refused_before_a_byte_is_read() -> None:
    assert send_chunks([b"x"], (b"content-length", b"1001")) == (413, 0)
    assert send_chunks([b"x"], (b"content-length", b"300000000")) == (413, 0)


def test_a_stream_is_counted_and_dropped_at_the_limit() -> None:
    assert send_chunks([b"x" * 100] * 3_000_000) == (413, 11)


def test_a_lying_length_helps_nobody() -> None:
    assert send_chunks([b"x" * 600] * 5, (b"content-length", b"10")) == (413, 2)
    assert send_chunks([b"x"], (b"content-length", b"1000"), leave=True) == (400, 1)


@pytest.mark.parametrize("length", [b"", b"-1", b"1e3", b"0x10", b" 10", b"9" * 5000, "٣".encode()])
def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    assert send_chunks([b"x"], (b"content-length", length)) == (400, 0)


@pytest.mark.parametrize(
    "header",
    [
        (b"content-type", b"text/plain"),
        (b"content-type", b"multipart/form-data; boundary=x"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-encoding", b"gzip"),
        (b"inference-header-content-length", b"10"),
    ],
)
def test_what_is_not_plain_json_is_refused(header: tuple[bytes, bytes]) -> None:
    assert send_chunks([b"{}"], header) == (415, 0)


@pytest.mark.parametrize(
    "header",
    [
        (b"content-type", b"application/json"),
        (b"content-type", b"Application/JSON; charset=utf-8"),
        (b"content-encoding", b"identity"),
        (b"accept", b"*/*"),
    ],
)
def test_json_is_taken_and_so_is_no_type_at_all(header: tuple[bytes, bytes]) -> None:
    assert send_chunks([b"{}"], header) == (200, 1)


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0)
    chunks = [b"x"]

    async def receive() -> Any:
        if chunks:
            return {"type": "http.request", "body": chunks.pop(), "more_body": True}
        await asyncio.Event().wait()
        return None

    request = Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)
    with pytest.raises(RequestError) as caught:
        asyncio.run(read_body(request))
    assert caught.value.status == 408


def test_other_kinds_of_connection_pass() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Any:
        return None

    asyncio.run(BodyLimit(app, LIMIT)({"type": "lifespan"}, nothing, nothing))
    assert seen == ["lifespan"]
