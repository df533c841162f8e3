"""How the stores are: where, which version, how fast, and what to do when something is wrong."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import exc, make_url

from ..core.errors import MLFrameworkError
from ..core.settings import Settings
from .artifacts import LocalArtifactStore
from .backends import open_artifacts, open_cache, open_documents, open_online
from .engine import address_of
from .probes import Answer, probe_artifacts, probe_cache, probe_documents, probe_online, probe_records
from .stores import Stores, open_records

T = TypeVar("T")
_PROCESS = "this process"
UNREADABLE = "an address that cannot be read"


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """One store's state; ``where`` has no user and no password, ``mend`` is empty when all is well."""

    name: str
    where: str
    version: str
    latency_ms: float
    ok: bool
    mend: str = ""


def check_stores(stores: Stores) -> list[StoreHealth]:
    """Ask every store something and report; a store that fails is a row, never an exception.

    >>> import tempfile
    >>> from ml_analytics.stores import open_stores
    >>> with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
    ...     [(one.name, one.ok) for one in check_stores(stores)]
    [('records', True), ('documents', True), ('artifacts', True), ('cache', True), ('online', True)]
    """
    beside = stores.location
    return [
        _checked("records", beside, lambda: probe_records(stores.records)),
        _checked("documents", _where(stores.documents, beside), lambda: probe_documents(stores.documents)),
        _checked("artifacts", _where(stores.artifacts, ""), lambda: probe_artifacts(stores.artifacts)),
        _checked("cache", _where(stores.cache, _PROCESS), lambda: probe_cache(stores.cache)),
        _checked("online", _where(stores.online, beside), lambda: probe_online(stores.online)),
    ]


def check_settings(settings: Settings) -> list[StoreHealth]:
    """Open every store on its own and ask it; one that cannot be opened is a row and hides no other.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     found = check_settings(Settings(home=home, database_url="mysql://me:secret@host/x"))
    >>> [(one.name, one.where, one.ok) for one in found[:3]]  # doctest: +ELLIPSIS
    [('records', 'mysql://host/x', False), ('documents', 'mysql://host/x', False), ('artifacts', ..., True)]
    """
    beside = _location(settings)
    with contextlib.ExitStack() as opened:
        records = _tried(opened, lambda: open_records(settings))
        documents = _tried(opened, lambda: open_documents(settings, records.store))
        artifacts = _tried(opened, lambda: open_artifacts(settings))
        cache = _tried(opened, lambda: open_cache(settings))
        online = _tried(opened, lambda: open_online(settings, records.store, documents.store))
        elsewhere = settings.cache_url or settings.documents_url
        return [
            _asked("records", beside, records, probe_records),
            _asked("documents", _shown(settings.documents_url, beside), documents, probe_documents),
            _asked("artifacts", _artifacts_place(settings), artifacts, probe_artifacts),
            _asked("cache", _shown(settings.cache_url, _PROCESS), cache, probe_cache),
            _asked("online", _shown(elsewhere, beside), online, probe_online),
        ]


@dataclass(frozen=True, slots=True)
class _Tried(Generic[T]):
    """A store, or why it could not be opened."""

    store: T | None
    error: Exception | None
    elapsed_ms: float


def _tried(opened: contextlib.ExitStack, open_it: Callable[[], T]) -> _Tried[T]:
    started = time.perf_counter()
    try:
        store = open_it()
    except (MLFrameworkError, OSError) as error:
        return _Tried(None, error, 1e3 * (time.perf_counter() - started))
    if (close := getattr(store, "close", None)) is not None:
        opened.callback(close)
    return _Tried(store, None, 1e3 * (time.perf_counter() - started))


def _asked(name: str, where: str, tried: _Tried[T], probe: Callable[[T], Answer]) -> StoreHealth:
    if tried.store is None:
        return _failed(name, where, tried.elapsed_ms, tried.error or RuntimeError())
    store = tried.store
    return _checked(name, where, lambda: probe(store))


def _checked(name: str, where: str, ask: Callable[[], Answer]) -> StoreHealth:
    started = time.perf_counter()
    try:
        found, latency = ask()
    except (MLFrameworkError, OSError) as error:
        return _failed(name, where, 1e3 * (time.perf_counter() - started), error)
    return StoreHealth(name, where, found, latency, ok=True)


def _failed(name: str, where: str, elapsed_ms: float, error: Exception) -> StoreHealth:
    mend = str(error) if isinstance(error, MLFrameworkError) else f"'{where}' cannot be used: {error}."
    return StoreHealth(name, where, "", elapsed_ms, ok=False, mend=mend)


def _where(store: object, otherwise: str) -> str:
    """Return where an open store is."""
    if isinstance(store, LocalArtifactStore):
        return str(store.root)
    return str(getattr(store, "location", otherwise) or type(store).__name__)


def _location(settings: Settings) -> str:
    """Return where the records are, without user and password."""
    if settings.database_url is None:
        return str(settings.home / "ml_analytics.db")
    try:
        return address_of(make_url(settings.database_url))
    except (exc.ArgumentError, ValueError):
        return UNREADABLE


def _artifacts_place(settings: Settings) -> str:
    return _shown(settings.artifacts_url, str(settings.home / "artifacts"))


def _shown(url: str | None, otherwise: str) -> str:
    """Return an address without user, password and options, whatever library may read it.

    >>> _shown("mongodb://me:pa/ss@one,two/db?tls=true", "")
    'mongodb://one,two/db'
    """
    if url is None:
        return otherwise
    scheme, separator, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}" if separator else UNREADABLE
