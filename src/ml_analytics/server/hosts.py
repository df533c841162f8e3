"""Which names the server answers to: a foreign Host (DNS rebinding) or Origin (another site) is refused."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import RequestError, response_for

LOCAL_NAMES = frozenset({"localhost", "testserver"})
"""Names of this machine; ``testserver`` is what in-process test clients call it."""


def is_loopback(host: str) -> bool:
    """Say whether ``host`` is a loopback address or a name of this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0"), is_loopback("::")
    (True, True, False, False)
    """
    if host.lower() in LOCAL_NAMES:
        return True
    return is_address(host) and ipaddress.ip_address(host).is_loopback


def is_address(host: str) -> bool:
    """Say whether ``host`` is an IP address rather than a name.

    >>> is_address("::"), is_address("localhost")
    (True, False)
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class HostCheck:
    """Pure ASGI middleware, for every method: 400 for a foreign Host, 403 for a foreign Origin.

    Args:
        app: the application behind it.
        allowed: host names answered to besides this machine's own; ``None`` answers to any name, for
            servers beyond loopback, where API keys guard and nobody named the hosts.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str] | None = ()) -> None:
        self._app = app
        self._allowed = None if allowed is None else frozenset(name.lower() for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http":
            try:
                self._check(scope)
            except RequestError as refusal:
                await response_for(refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not self._known(_name(hosts[0].decode("latin-1"))):
            raise RequestError(400, "The Host header must be a name this server answers to.")
        authority = hosts[0].lower()
        for name, value in scope["headers"]:
            if name == b"origin" and value.lower() not in (b"http://" + authority, b"https://" + authority):
                raise RequestError(403, "Pages of another site may not call this server.")

    def _known(self, name: str) -> bool:
        if self._allowed is None:
            return bool(name)
        return name in self._allowed or is_loopback(name)


def _name(authority: str) -> str:
    if authority.startswith("["):
        address, closed, _ = authority[1:].partition("]")
        return address.lower() if closed else ""
    return authority.partition(":")[0].lower()
