"""The four stores together, and how they are opened."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ..core.errors import ParameterError
from ..core.protocols import ArtifactStore, Cache, DocumentStore, OnlineStore, RecordStore
from ..core.settings import Settings
from .backends import open_artifacts, open_cache, open_documents, open_online
from .engine import is_postgresql, make_engine, shown_name
from .migrate import upgrade
from .postgresql import prepare
from .records import SqlRecordStore


@dataclass(frozen=True, slots=True)
class Stores:
    """Records, documents, artifacts, cache and online features. Safe to share between threads; close when done.

    ``location`` says where the records are, without user and password; ``home`` is the directory of what is
    kept as files (artifacts, checkpoints).
    """

    records: RecordStore
    documents: DocumentStore
    artifacts: ArtifactStore
    cache: Cache
    online: OnlineStore
    location: str
    home: Path

    def close(self) -> None:
        """Give back connections and memory; closing twice is fine."""
        for part in (self.online, self.cache, self.artifacts, self.documents, self.records):
            close = getattr(part, "close", None)
            if close is not None:
                close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_stores(
    db: Stores | Settings | str | Path | None = None, *, settings: Settings | None = None
) -> Stores:
    """Open the stores, creating or upgrading what is needed.

    ``db`` is a directory for everything (SQLite, files), a database address with ``://`` (artifacts stay in the
    settings' ``home``), :class:`~ml_analytics.core.settings.Settings`, open stores (returned as they are), or
    ``None`` for the settings of file and environment. ``settings`` gives the rest; by default they are read.

    Raises:
        ParameterError: ``db`` is none of these, or the address cannot be used.
        StoreError: a store cannot be reached or written, the database is newer than this code, or its role
            is not bound by row-level security (see :mod:`~ml_analytics.stores.postgresql`).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
    ...     stores.location.endswith("ml_analytics.db")
    True
    """
    if isinstance(db, Stores):
        return db
    chosen = _settings(db, settings)
    with contextlib.ExitStack() as opened:  # what is open already is closed when the next one fails
        records = opened.enter_context(contextlib.closing(open_records(chosen)))
        documents = open_documents(chosen, records)
        _close_later(opened, documents)
        artifacts = open_artifacts(chosen)
        _close_later(opened, artifacts)
        cache = open_cache(chosen)
        _close_later(opened, cache)
        online = open_online(chosen, records, documents)
        opened.pop_all()
    return Stores(
        records=records,
        documents=documents,
        artifacts=artifacts,
        cache=cache,
        online=online,
        location=shown_name(records.engine),
        home=chosen.home,
    )


def open_records(settings: Settings) -> SqlRecordStore:
    """Open the records alone, creating or upgrading their schema; errors as :func:`open_stores`."""
    if settings.database_url is not None:
        engine = make_engine(settings.database_url)
    else:
        engine = make_engine(settings.resolved_database_url, shown=str(settings.home / "ml_analytics.db"))
    try:
        if is_postgresql(engine):
            prepare(engine, settings.database_owner_url)
        else:
            upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlRecordStore(engine)


def _close_later(opened: contextlib.ExitStack, part: object) -> None:
    close = getattr(part, "close", None)
    if close is not None:
        opened.callback(close)


def _settings(db: Settings | str | Path | None, settings: Settings | None) -> Settings:
    if isinstance(db, Settings):
        return db
    base = settings if settings is not None else Settings.read()
    if db is None:
        return base
    if isinstance(db, str) and "://" in db:
        return base.model_copy(update={"database_url": db})
    if isinstance(db, (str, Path)) and str(db).strip():
        _refuse_file(Path(db))
        embedded = {"database_url": None, "documents_url": None, "cache_url": None, "artifacts_url": None}
        return base.model_copy(update={"home": Path(db), **embedded})
    raise ParameterError.of("db", "open_stores", "a directory, a database address, Settings or Stores", db)


def _refuse_file(path: Path) -> None:
    """Refuse a file where a directory is meant, also a settings file that is not there (yet)."""
    of_settings = path.suffix.lower() in (".yaml", ".yml")
    if path.is_dir() or not (of_settings or path.is_file()):
        return
    instead = f"settings=Settings.read('{path}')" if of_settings else f"'sqlite:///{path.absolute()}'"
    kind = "settings" if of_settings else "SQLite"
    raise ParameterError.of(
        "db", "open_stores", f"a directory (for a file of {kind} give {instead})", str(path)
    )
