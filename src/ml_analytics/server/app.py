"""The application: routes, limits and the gate, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..core.environment import code_version
from ..core.settings import Settings
from ..core.tenant import Tenant
from ..stores import Stores, open_stores
from . import messages
from .access import Gate, GuardedRoute, asks
from .errors import GENERIC, error_response
from .hosts import HostCheck, is_address, is_loopback
from .keys import KeyRing
from .limits import BodyLimit
from .openapi import body_of, openapi_document
from .roles import Access
from .tenants import Predictors
from .v2 import InferenceProtocol

_MODEL = "/v2/models/{model}"
_VERSION = _MODEL + "/versions/{version}"
_DESCRIPTION = "Open Inference Protocol v2 over JSON, one tenant per API key."
_ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": messages.ErrorBody, "description": text}
    for code, text in (
        (400, "The request cannot be read."),
        (401, "No good API key."),
        (403, "The key's role does not allow it."),
        (404, "No such model for this tenant."),
        (413, "The body or the number of rows is over the limit."),
        (415, "Not plain JSON."),
        (422, "The request does not fit the model or the protocol."),
        (503, "A store cannot be reached, or the model cannot be loaded."),
    )
}


def create_app(db: Stores | Settings | str | Path | None = None, settings: Settings | None = None) -> FastAPI:
    """Return the HTTP edge as an ASGI application.

    Args:
        db: where the data lives: open stores, settings, a directory or a database address; ``None`` takes
            it from ``settings``. Stores that were not given open are closed when the application stops.
        settings: limits, host names and the tenant that is served while no API key exists; ``None`` reads
            them from the environment.

    As soon as one API key was ever made (:func:`create_key`), every route but health and ``/openapi.json``
    asks for one; until then only callers on loopback are answered, as ``settings.tenant_id``.
    """
    settings = settings or (db if isinstance(db, Settings) else Settings.read())
    stores = open_stores(db, settings=settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if not isinstance(db, Stores):
            stores.close()

    app = FastAPI(
        title="ml_analytics",
        version=code_version().partition("+")[0],
        description=_DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.router.route_class = GuardedRoute
    ring = KeyRing(stores.records)
    app.state.stores = stores
    app.state.ring = ring
    app.state.gate = Gate(ring, Tenant(settings.tenant_id))
    _add_protocol(app, InferenceProtocol(Predictors(stores, settings), ring, settings.server.max_rows))
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(BodyLimit, max_bytes=settings.server.max_body_bytes)
    app.add_middleware(HostCheck, allowed=_hosts(settings))
    return app


def _add_protocol(app: FastAPI, protocol: InferenceProtocol) -> None:
    def add(method: str, path: str, handler: Any, answer: Any, **options: Any) -> None:
        responses = {200: {"model": answer}, **_ERRORS}
        app.router.add_api_route(
            path, handler, methods=[method], responses=responses, response_model=None, **options
        )

    add("GET", "/v2", protocol.server, messages.ServerMetadata)
    add("GET", "/v2/health/live", protocol.live, messages.Live)
    add("GET", "/v2/health/ready", protocol.ready, messages.Ready)
    add(
        "POST",
        "/v2/repository/index",
        protocol.index,
        list[messages.IndexEntry],
        openapi_extra=body_of(messages.IndexRequest, required=False),
    )
    add("GET", _MODEL, protocol.metadata, messages.ModelMetadata)
    add("GET", _VERSION, protocol.version_metadata, messages.ModelMetadata)
    add("GET", _MODEL + "/ready", protocol.model_ready, messages.ModelReady)
    add("GET", _VERSION + "/ready", protocol.version_ready, messages.ModelReady)
    body = body_of(messages.InferRequest)
    add("POST", _MODEL + "/infer", protocol.infer, messages.InferResponse, openapi_extra=body)
    add("POST", _VERSION + "/infer", protocol.version_infer, messages.InferResponse, openapi_extra=body)
    app.router.add_api_route("/openapi.json", _openapi, methods=["GET"], include_in_schema=False)


@asks(Access.PUBLIC)
async def _openapi(request: Request) -> Response:
    app: FastAPI = request.app
    if app.openapi_schema is None:
        app.openapi_schema = openapi_document(app)
    return JSONResponse(app.openapi_schema)


async def _no_such_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = error.headers if isinstance(error, HTTPException) else None
    sentence = "There is no such method here." if status == 405 else "There is nothing at this address."
    return error_response(status, sentence, headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    return error_response(500, GENERIC)


def _hosts(settings: Settings) -> tuple[str, ...] | None:
    """Return the names answered to besides this machine's own; any name on a bare address beyond loopback."""
    server = settings.server
    if server.allowed_hosts:
        return server.allowed_hosts
    return None if is_address(server.host) and not is_loopback(server.host) else (server.host,)
