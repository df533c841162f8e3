"""The server as a process or a background thread: where it listens, how it stops."""

from __future__ import annotations

import errno
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from ..core.errors import SettingsError
from ..core.settings import ServerSection, Settings
from ..stores import Stores, open_stores
from .app import create_app
from .http11 import DeadlineProtocol
from .keys import KeyRing

SHUTDOWN_SECONDS = 10
"""Requests under way have this long to finish once the server is told to stop."""

_KEEP_ALIVE_SECONDS = 5
_MAX_HEADER_BYTES = 16 << 10
_START_SECONDS = 30


class ModelServer:
    """Serves the models of every tenant over HTTP.

    Args:
        db: where the data lives, as for :func:`create_app`; stores that were not given open are closed when
            the server stops.
        settings: limits and defaults; ``None`` reads them from the environment.
        host: where to listen, over ``settings.server.host``. Beyond loopback at least one API key has to
            exist (:func:`create_key`).
        port: over ``settings.server.port``; 0 takes a free one.

    Raises:
        SettingsError: a host or port that cannot be used.
    """

    def __init__(
        self,
        db: Stores | Settings | str | Path | None = None,
        settings: Settings | None = None,
        host: str | None = None,
        port: int | None = None,
    ) -> None:
        base = settings or (db if isinstance(db, Settings) else Settings.read())
        self.settings = base.model_copy(update={"server": _section(base.server, host, port)})
        self.stores = open_stores(db, settings=self.settings)
        self._owns_stores = not isinstance(db, Stores)

    @property
    def app(self) -> FastAPI:
        """A fresh ASGI application over these stores and settings."""
        return create_app(self.stores, self.settings)

    def run(self) -> None:
        """Serve until interrupted (SIGINT, SIGTERM); requests under way finish first.

        Raises:
            SettingsError: the address is beyond loopback and no API key exists, or the port is taken.
        """
        listener = self._listen()
        try:
            _Server(_config(self.app)).run(sockets=[listener])
        except KeyboardInterrupt:
            pass  # uvicorn raises the signal again after it has stopped cleanly
        finally:
            self._close(listener)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve from a background thread for the length of a ``with`` block; gives the base URL.

        Raises:
            SettingsError: as for :meth:`run`.
        """
        listener = self._listen()
        server = _Server(_config(self.app))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="ml-analytics-server"
        )
        thread.start()
        try:
            if not server.listening.wait(_START_SECONDS):
                raise SettingsError(f"The server did not start within {_START_SECONDS} seconds.")
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()
            self._close(listener)

    def _close(self, listener: socket.socket) -> None:
        listener.close()
        if self._owns_stores:
            self.stores.close()

    def _listen(self) -> socket.socket:
        where = self.settings.server
        family, address = _resolve(where.host)
        if not ipaddress.ip_address(address).is_loopback and not KeyRing(self.stores.records).look():
            raise SettingsError(
                "The setting 'server.host' must be a loopback address while no API key exists. "
                f"Got '{where.host}' instead."
            )
        # Named TCP, because asyncio turns Nagle's algorithm off only then: an answer's body would wait 40 ms for the
        # acknowledgement of its head.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, where.port))
            listener.listen(2048)  # now, not when the loop starts: a second server must find the port taken
        except OSError as error:
            listener.close()
            taken = error.errno == errno.EADDRINUSE
            reason = "a port that is free" if taken else f"usable ({error.strerror})"
            raise SettingsError(f"The setting 'server.port' must be {reason}. Got {where.port}.") from error
        return listener


@contextmanager
def running(
    db: Stores | Settings | str | Path | None = None,
    settings: Settings | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[str]:
    """Serve from a background thread for the length of a ``with`` block; gives the base URL.

    A free port is taken unless ``port`` names one.

    Raises:
        SettingsError: as for :meth:`ModelServer.run`.
    """
    with ModelServer(db, settings, host, port).running() as url:
        yield url


class _Server(uvicorn.Server):
    """Says when it listens, instead of being asked again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=DeadlineProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # a header must not make a stranger look like loopback
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
    )


def _section(section: ServerSection, host: str | None, port: int | None) -> ServerSection:
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    try:
        return ServerSection(**{**section.model_dump(), **given})
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(
            f"The setting 'server.{first['loc'][0]}' cannot be used: {first['msg'].lower()}. "
            f"Got {first['input']!r} instead."
        ) from error


def _resolve(host: str) -> tuple[socket.AddressFamily, str]:
    """Return the one address that a host stands for; it is bound as such, so no name can change in between."""
    try:
        found = socket.getaddrinfo(host or "0.0.0.0", None, type=socket.SOCK_STREAM)  # noqa: S104 - what '' means
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"The setting 'server.host' must be an address. Got {host!r} instead.") from error
    family, _, _, _, address = found[0]
    return family, str(address[0])


def _url(listener: socket.socket) -> str:
    address, port = listener.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    return f"http://{shown}:{port}"
