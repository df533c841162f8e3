"""Asking a store whether it works: which server, which version, how long one round trip takes.

What is written is taken away again. Records and what lies beside them are only read: whoever writes there goes
on the list of tenants.
"""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from ..core.errors import StoreError
from ..core.protocols import ArtifactStore, Cache, DocumentStore, OnlineStore, RecordStore
from ..core.tenant import Tenant
from ..core.values import OnlineRow
from .artifacts import LocalArtifactStore
from .cache import MemoryCache
from .documents import SqlDocumentStore
from .engine import connected, is_postgresql, shown_name
from .failures import translated
from .migrate import HEAD, current_revision
from .mongodb import errors as mongodb_errors
from .mongodb.client import MongoConnection
from .mongodb.documents import MongoDocumentStore
from .mongodb.online import MongoOnlineStore
from .online import SqlOnlineStore
from .postgresql import require_bound_role
from .records import SqlRecordStore

LOW_SPACE_BYTES = 256 << 20
"""Less free disk than this is worth a word."""

Answer = tuple[str, float]
"""Server and version, and the milliseconds of one round trip."""

_PROBE = Tenant("doctor")
_BESIDE = "beside the records"


def probe_records(store: RecordStore) -> Answer:
    """Count a table's rows; hold that schema and role are as this code needs them."""

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


def probe_documents(store: DocumentStore) -> Answer:
    """Write, read and delete a document; beside the records only look for one."""
    if isinstance(store, SqlDocumentStore):
        return f"JSON rows {_BESIDE}", _timed(lambda: store.collections(_PROBE))
    mine = store.collection(_PROBE, "doctor")
    document_id = _own_name()

    def ask() -> None:
        mine.insert_new([{"_id": document_id, "time": datetime.now(UTC)}])
        try:
            _require(mine.get(document_id) is not None, "documents")
        finally:
            mine.delete({"_id": document_id})

    ask()  # the first one makes collection and indexes
    return _described(store), _timed(ask)


def probe_artifacts(store: ArtifactStore) -> Answer:
    """Put, get and delete an artifact that nobody else can have."""
    content = _own_name().encode()

    def ask() -> None:
        digest = store.put(_PROBE, content)
        try:
            store.get(_PROBE, digest)
        finally:
            store.delete(_PROBE, digest)

    latency = _timed(ask)
    if isinstance(store, LocalArtifactStore):
        _require_space(store.root)
        return f"files on {platform.system()}", latency
    return _described(store), latency


def probe_cache(store: Cache) -> Answer:
    """Set and get a value."""
    if isinstance(store, MemoryCache):
        latency = _timed(lambda: store.get(_PROBE, "doctor"))
        return f"cachetools {version('cachetools')}, at most {store.max_bytes >> 20} MiB", latency
    found = _described(store)
    key, value = _own_name(), b"doctor"

    def ask() -> None:
        store.set(_PROBE, key, value, ttl_seconds=60)
        _require(store.get(_PROBE, key) == value, "cache")

    return found, _timed(ask)


def probe_online(store: OnlineStore) -> Answer:
    """Write, read and clear a row; beside the records only look for one."""
    if isinstance(store, SqlOnlineStore):
        return f"a table {_BESIDE}", _timed(lambda: store.read(_PROBE, "doctor", 0, ["doctor"]))
    entity, now = _own_name(), datetime.now(UTC)

    def ask() -> None:
        store.write(_PROBE, "doctor", 0, [OnlineRow(entity, now, now, {})])
        _require(store.read(_PROBE, "doctor", 0, [entity]) != [None], "online store")

    try:
        latency = _timed(ask)
    finally:
        store.clear(_PROBE, "doctor", 0)
    return _described(store), latency


def _described(store: Any) -> str:
    if isinstance(store, MongoDocumentStore):
        return _mongodb(store.connection)
    if isinstance(store, MongoOnlineStore):
        return _mongodb(store._connection)
    describe = getattr(store, "describe", None)
    return str(describe()) if describe is not None else type(store).__name__


def _mongodb(connection: MongoConnection) -> str:
    with mongodb_errors.translated(connection.shown):
        admin = connection.client().admin
        built, hello = admin.command("buildInfo"), admin.command("hello")
    return f"MongoDB {built.get('version', '?')}, wire protocol {hello.get('maxWireVersion', '?')}"


def _timed(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return 1e3 * (time.perf_counter() - started)


def _own_name() -> str:
    # Something of its own, so that no one else's can be touched.
    return f"doctor-{os.getpid()}-{time.time_ns()}"


def _require(kept: bool, what: str) -> None:
    if not kept:
        raise StoreError(
            f"The {what} answers but does not keep what it is given: check its rights and memory."
        )


def _server(engine: Engine) -> str:
    with connected(engine, write=False) as connection, translated(shown_name(engine)):
        if is_postgresql(engine):
            return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"
        damage = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if damage != "ok":
            raise StoreError(f"The file is damaged ({damage}): restore a backup.")
        _require_space(Path(str(engine.url.database)).parent)
        return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar_one()}"


def _require_space(directory: Path) -> None:
    try:
        free = shutil.disk_usage(directory).free
    except OSError as error:
        raise StoreError(f"'{directory}' cannot be read: {error.strerror or error}.") from error
    if free < LOW_SPACE_BYTES:
        raise StoreError(f"Only {free >> 20} MiB are free on the disk of '{directory}': make room.")
