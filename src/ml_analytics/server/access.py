"""The one door: every route says what it asks of its caller, and no handler runs before that was checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ..core.errors import MLFrameworkError
from ..core.tenant import Tenant
from .errors import GENERIC, RequestError, error_response, logger, response_for
from .hosts import is_loopback
from .keys import KeyRing, credential_of
from .roles import Access, Principal, Role

Handler = Callable[..., Awaitable[Response]]
H = TypeVar("H", bound=Handler)

_CHALLENGE = {"WWW-Authenticate": "Bearer"}


def asks(access: Access) -> Callable[[H], H]:
    """Mark a handler with what it asks of its caller."""

    def mark(handler: H) -> H:
        handler.__access__ = access  # type: ignore[attr-defined]
        return handler

    return mark


class Gate:
    """Finds out who calls and whether that is enough.

    As long as no key was ever made, callers on loopback are the ``default`` tenant with every right.
    """

    def __init__(self, ring: KeyRing, default: Tenant) -> None:
        self._ring = ring
        self._local = Principal(default, Role.ADMIN, "local")

    async def admit(self, request: Request, access: Access) -> Principal | None:
        """Return the caller, ``None`` on public routes.

        Raises:
            RequestError: 401 without a good key, 403 when its role does not reach.
            StoreError: the keys cannot be read.
        """
        if access is Access.PUBLIC:
            return None
        principal = await self._caller(request)
        if principal is None:
            raise RequestError(401, "An API key is required: Authorization: Bearer <key>.", _CHALLENGE)
        if not principal.role.may(access):
            raise RequestError(403, f"The role '{principal.role}' of this API key does not allow that.")
        return principal

    async def _caller(self, request: Request) -> Principal | None:
        credential = credential_of(request.scope["headers"])
        if credential is not None:
            return self._ring.recall(credential) or await run_in_threadpool(
                self._ring.authenticate, credential
            )
        required = self._ring.required()
        if required is None:
            required = await run_in_threadpool(self._ring.look)
        client = request.scope.get("client")
        return self._local if not required and client is not None and is_loopback(client[0]) else None


class GuardedRoute(APIRoute):
    """A route with an access rule; without one it cannot be made.

    The rule is checked and errors are turned into answers here, around the handler, so that a handler can
    neither run unguarded nor answer with a traceback. FastAPI keeps the description, not the dispatch.
    """

    def __init__(self, path: str, endpoint: Handler, **options: Any) -> None:
        access = getattr(endpoint, "__access__", None)
        if not isinstance(access, Access):
            raise TypeError(f"The route {path} must have an access rule: mark its handler with @asks(...).")
        self.access = access
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return the handler behind the gate."""
        endpoint, access = cast(Handler, self.endpoint), self.access

        async def handle(request: Request) -> Response:
            try:
                request.scope["principal"] = await request.app.state.gate.admit(request, access)
                return await endpoint(request, **request.path_params)
            except MLFrameworkError as error:
                return response_for(error)
            except Exception:  # noqa: BLE001 - the last net: the caller gets no detail, the log gets all of it
                logger.exception("unexpected error in %s %s", request.method, self.path)
                return error_response(500, GENERIC)

        return handle


def caller(request: Request) -> Principal:
    """Return who was admitted to this request."""
    return cast(Principal, request.scope["principal"])
