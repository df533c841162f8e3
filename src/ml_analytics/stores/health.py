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

from sqlalchemy import Engine

from ..core.errors import MLFrameworkError, StoreError
from ..core.tenant import Tenant
from .artifacts import LocalArtifactStore
from .cache import MemoryCache
from .engine import connected, is_postgresql, shown_name
from .failures import translated
from .migrate import HEAD, current_revision
from .postgresql import require_bound_role
from .records import SqlRecordStore
from .stores import Stores

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
        _checked("records", stores.location, lambda: _records(stores)),
        _checked("documents", stores.location, lambda: _documents(stores)),
        _checked("artifacts", _artifacts_root(stores), lambda: _artifacts(stores)),
        _checked("cache", "this process", lambda: _cache(stores)),
    ]


def _checked(name: str, where: str, ask: Callable[[], tuple[str, float]]) -> StoreHealth:
    started = time.perf_counter()
    try:
        found, latency = ask()
    except MLFrameworkError as error:
        return StoreHealth(name, where, "", 1e3 * (time.perf_counter() - started), ok=False, mend=str(error))
    return StoreHealth(name, where, found, latency, ok=True)


def _timed(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return 1e3 * (time.perf_counter() - started)


def _records(stores: Stores) -> tuple[str, float]:
    def ask() -> None:
        with stores.records.read(_PROBE) as records:
            records.count("models")

    latency = _timed(ask)
    if not isinstance(stores.records, SqlRecordStore):
        return type(stores.records).__name__, latency
    engine = stores.records.engine
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


def _documents(stores: Stores) -> tuple[str, float]:
    latency = _timed(lambda: stores.documents.collections(_PROBE))
    return "JSON rows beside the records", latency


def _artifacts_root(stores: Stores) -> str:
    if isinstance(stores.artifacts, LocalArtifactStore):
        return str(stores.artifacts.root)
    return type(stores.artifacts).__name__


def _artifacts(stores: Stores) -> tuple[str, float]:
    # Something of its own, so that no one else's can be touched.
    probe = f"doctor {os.getpid()} {time.time_ns()}".encode()

    def ask() -> None:
        digest = stores.artifacts.put(_PROBE, probe)
        try:
            stores.artifacts.get(_PROBE, digest)
        finally:
            stores.artifacts.delete(_PROBE, digest)

    latency = _timed(ask)
    if isinstance(stores.artifacts, LocalArtifactStore):
        _require_space(stores.artifacts.root)
        return f"files on {platform.system()}", latency
    return type(stores.artifacts).__name__, latency


def _require_space(directory: Path) -> None:
    try:
        free = shutil.disk_usage(directory).free
    except OSError as error:
        raise StoreError(f"'{directory}' cannot be read: {error.strerror or error}.") from error
    if free < LOW_SPACE_BYTES:
        raise StoreError(f"Only {free >> 20} MiB are free on the disk of '{directory}': make room.")


def _cache(stores: Stores) -> tuple[str, float]:
    latency = _timed(lambda: stores.cache.get(_PROBE, "doctor"))
    size = stores.cache.max_bytes >> 20 if isinstance(stores.cache, MemoryCache) else 0
    return f"cachetools {version('cachetools')}, at most {size} MiB", latency
