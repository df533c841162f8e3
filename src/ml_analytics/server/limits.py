"""How much a caller may send: bytes are counted as they arrive, whatever the headers claim."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import RequestError, response_for

BODY_SECONDS = 10
"""A body that is not complete after this many seconds is given up."""

_CLOSE = {"Connection": "close"}


class BodyLimit:
    """Pure ASGI middleware: 413 on ``Content-Length``, and on the first byte over the limit of a stream."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counted body, or refuse it before a byte of the body is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_claim(scope)
        except RequestError as refusal:
            await response_for(refusal)(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _check_claim(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name != b"content-length":
                continue
            if not value.isdigit() or len(value) > 20:
                raise RequestError(400, "The Content-Length header must be a number of bytes.", _CLOSE)
            if int(value) > self._max_bytes:
                raise self._too_large()

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max_bytes:
                raise self._too_large()
            return message

        return counted

    def _too_large(self) -> RequestError:
        return RequestError(413, f"The body must be at most {self._max_bytes} bytes.", _CLOSE)


async def read_body(request: Request) -> bytes:
    """Return the whole body, uncompressed JSON as far as the headers tell.

    Raises:
        RequestError: 415 for another content type, a compressed body or binary tensors; 408 when it does not
            arrive in time; 413 when it is over the limit; 400 when the caller leaves in the middle.
    """
    _check_kind(request)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.body()
    except TimeoutError as error:
        raise RequestError(408, f"The body must arrive within {BODY_SECONDS} seconds.", _CLOSE) from error
    except ClientDisconnect as error:
        raise RequestError(400, "The body must be as long as its header says.", _CLOSE) from error


def _check_kind(request: Request) -> None:
    for name, value in request.scope["headers"]:
        if name == b"inference-header-content-length":
            raise RequestError(
                415,
                "Tensors must be sent as JSON: the binary tensor extension is not offered (binary_data=False).",
            )
        if name == b"content-type" and value.split(b";")[0].strip().lower() not in (b"application/json", b""):
            raise RequestError(415, "The Content-Type must be application/json.")
        if name == b"content-encoding" and value.strip().lower() not in (b"identity", b""):
            raise RequestError(415, "The body must not be compressed.")
