"""How the stores are: where, which version, how fast, and what to do when something is wrong."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine, exc, make_url

from ..core.errors import MLFrameworkError, StoreError
from ..core.protocols import ArtifactStore, Cache, DocumentStore, RecordStore
from ..core.settings import Settings
from ..core.tenant import Tenant
from .artifacts import LocalArtifactStore
from .backends import open_artifacts
from .cache import MemoryCache
from .documents import SqlDocumentStore
from .engine import address_of, connected, is_postgresql, shown_name
from .failures import translated
from .migrate import HEAD, current_revision
from .postgresql import require_bound_role
from .records import SqlRecordStore
from .stores import Stores, open_records

LOW_SPACE_BYTES = 256 << 20
"""Less free disk than this is worth a word."""

_PROBE = Tenant("doctor")


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
    [('records', True), ('documents', True), ('artifacts', True), ('cache', True)]
    """
    return [
        _checked("records", stores.location, lambda: _records(stores.records)),
        _checked("documents", stores.location, lambda: _documents(stores.documents)),
        *_beside(stores.artifacts, stores.cache),
    ]


def check_settings(settings: Settings) -> list[StoreHealth]:
    """Open every store on its own and ask it; one that cannot be opened is a row and hides no other.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     found = check_settings(Settings(home=home, database_url="mysql://me:secret@host/x"))
    >>> [(one.name, one.where, one.ok) for one in found[:3]]  # doctest: +ELLIPSIS
    [('records', 'mysql://host/x', False), ('documents', 'mysql://host/x', False), ('artifacts', ..., True)]
    """
    started = time.perf_counter()
    where = _location(settings)
    beside = _beside(open_artifacts(settings), MemoryCache(settings.cache_bytes))
    try:
        records = open_records(settings)
    except (MLFrameworkError, OSError) as error:
        failed = _failed("records", where, started, error)
        return [failed, StoreHealth("documents", where, "", 0.0, ok=False, mend="As the records."), *beside]
    try:
        documents = SqlDocumentStore(records)
        return [
            _checked("records", where, lambda: _records(records)),
            _checked("documents", where, lambda: _documents(documents)),
            *beside,
        ]
    finally:
        records.close()


def _location(settings: Settings) -> str:
    """Return where the records are, without user and password."""
    if settings.database_url is None:
        return str(settings.home / "ml_analytics.db")
    try:
        return address_of(make_url(settings.database_url))
    except (exc.ArgumentError, ValueError):
        return "an address that cannot be read"


def _beside(artifacts: ArtifactStore, cache: Cache) -> list[StoreHealth]:
    return [
        _checked("artifacts", _root(artifacts), lambda: _artifacts(artifacts)),
        _checked("cache", "this process", lambda: _cache(cache)),
    ]


def _checked(name: str, where: str, ask: Callable[[], tuple[str, float]]) -> StoreHealth:
    started = time.perf_counter()
    try:
        found, latency = ask()
    except (MLFrameworkError, OSError) as error:
        return _failed(name, where, started, error)
    return StoreHealth(name, where, found, latency, ok=True)


def _failed(name: str, where: str, started: float, error: Exception) -> StoreHealth:
    elapsed = 1e3 * (time.perf_counter() - started)
    mend = str(error) if isinstance(error, MLFrameworkError) else f"'{where}' cannot be used: {error}."
    return StoreHealth(name, where, "", elapsed, ok=False, mend=mend)


def _timed(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return 1e3 * (time.perf_counter() - started)


def _records(store: RecordStore) -> tuple[str, float]:
    def ask() -> None:
        with store.read(_PROBE) as records:
            records.count("models")

    latency = _timed(ask)
    if not isinstance(store, SqlRecordStore):
        return type(store).__name__, latency
    engine = store.engine
    revision = current_revision(engine)
    if revision != HEAD:
        raise StoreError(f"The schema is at {revision}, this code needs {HEAD}: open the stores again.")
    if is_postgresql(engine):
        require_bound_role(engine)
    return f"{_server(engine)}, schema {revision}", latency


def _server(engine: Engine) -> str:
    with connected(engine, write=False) as connection, translated(shown_name(engine)):
        if is_postgresql(engine):
            return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"
        damage = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if damage != "ok":
            raise StoreError(f"The file is damaged ({damage}): restore a backup.")
        _require_space(Path(str(engine.url.database)).parent)
        return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar_one()}"


def _documents(store: DocumentStore) -> tuple[str, float]:
    latency = _timed(lambda: store.collections(_PROBE))
    return "JSON rows beside the records", latency


def _root(store: ArtifactStore) -> str:
    if isinstance(store, LocalArtifactStore):
        return str(store.root)
    return type(store).__name__


def _artifacts(store: ArtifactStore) -> tuple[str, float]:
    # Something of its own, so that no one else's can be touched.
    probe = f"doctor {os.getpid()} {time.time_ns()}".encode()

    def ask() -> None:
        digest = store.put(_PROBE, probe)
        try:
            store.get(_PROBE, digest)
        finally:
            store.delete(_PROBE, digest)

    latency = _timed(ask)
    if isinstance(store, LocalArtifactStore):
        _require_space(store.root)
        return f"files on {platform.system()}", latency
    return type(store).__name__, latency


def _require_space(directory: Path) -> None:
    try:
        free = shutil.disk_usage(directory).free
    except OSError as error:
        raise StoreError(f"'{directory}' cannot be read: {error.strerror or error}.") from error
    if free < LOW_SPACE_BYTES:
        raise StoreError(f"Only {free >> 20} MiB are free on the disk of '{directory}': make room.")


def _cache(store: Cache) -> tuple[str, float]:
    latency = _timed(lambda: store.get(_PROBE, "doctor"))
    size = store.max_bytes >> 20 if isinstance(store, MemoryCache) else 0
    return f"cachetools {version('cachetools')}, at most {size} MiB", latency
