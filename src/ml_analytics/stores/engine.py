"""Engines: how a database address becomes durable, tenant-safe connections.

SQLite: write-ahead log, ``synchronous=FULL``, foreign keys on, ``BEGIN IMMEDIATE`` for writers (so that a
transaction never fails halfway for want of the lock) and ``BEGIN`` for readers. PostgreSQL: psycopg 3.
"""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.engine import URL

from ..core.errors import ParameterError, StoreError
from ..core.optional import require
from .failures import translated
from .json_text import json_text

BUSY_SECONDS = 30
ESCAPED = "'@' and '/' in a password written '%40' and '%2F'"
_WRITE = "ml_analytics_write"
_SHOWN = "ml_analytics_shown"


def make_engine(database_url: str, shown: str | None = None) -> Engine:
    """Return an engine for ``sqlite:///file`` or ``postgresql://user:password@host/name``.

    ``shown`` is the name used in messages; by default the address without its password. Nothing but the
    SQLite file's directory is created and nothing is connected to yet.

    Raises:
        ParameterError: the address is malformed or of another kind.
        StoreError: the SQLite file cannot be there.
        MissingExtraError: PostgreSQL without the extra ``postgres``.

    >>> make_engine("mysql://root:secret@host/x")
    Traceback (most recent call last):
        ...
    ml_analytics.core.errors.ParameterError: The 'database_url' parameter of make_engine must be \
'sqlite:///file' or 'postgresql://user:password@host/name'. Got 'mysql://host/x' instead.
    """
    must_be = "'sqlite:///file' or 'postgresql://user:password@host/name'"
    try:
        url = make_url(database_url)
    except (exc.ArgumentError, ValueError) as error:
        raise ParameterError(f"The 'database_url' parameter of make_engine must be {must_be}.") from error
    kind = url.get_backend_name()
    if not is_clear(url):
        raise ParameterError(f"The 'database_url' parameter of make_engine must be {must_be}, {ESCAPED}.")
    if kind == "sqlite" and url.host:  # two slashes
        raise ParameterError.of("database_url", "make_engine", must_be, "'sqlite://' and a host")
    if kind == "sqlite" and url.database not in (None, "", ":memory:"):
        return _sqlite(url, shown or address_of(url))
    if kind in ("postgresql", "postgres"):
        return _postgresql(url, shown or address_of(url))
    raise ParameterError.of("database_url", "make_engine", must_be, address_of(url))


def is_clear(url: URL) -> bool:
    """Say whether no part of a password can have been taken for the host or the name of the database."""
    return url.get_backend_name() == "sqlite" or "@" not in f"{url.host or ''}{url.database or ''}"


def address_of(url: URL) -> str:
    """Return the address for messages: no user, no password, no options.

    >>> address_of(make_url("postgresql://me:secret@db.example/ml?password=other"))
    'postgresql://db.example/ml'
    """
    if url.get_backend_name() == "sqlite":
        return str(url.database or ":memory:")
    return URL.create(
        url.get_backend_name(), host=url.host, port=url.port, database=url.database
    ).render_as_string()


def shown_name(engine: Engine) -> str:
    """Return the engine's name for messages."""
    return str(engine.get_execution_options().get(_SHOWN, "database"))


def is_postgresql(engine: Engine) -> bool:
    """Say whether the engine speaks to PostgreSQL."""
    return engine.dialect.name == "postgresql"


@contextlib.contextmanager
def connected(engine: Engine, *, write: bool) -> Iterator[Connection]:
    """Open one transaction: commits on leaving, rolls back on an exception.

    Errors of opening and committing are translated; those of the body are the body's own.
    """
    shown = shown_name(engine)
    with contextlib.ExitStack() as stack:
        with translated(shown):
            connection = stack.enter_context(contextlib.closing(engine.connect()))
            connection = connection.execution_options(preserve_rowcount=True, **{_WRITE: write})
            transaction = connection.begin()
            if not write and is_postgresql(engine):
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield connection
        except BaseException:
            with contextlib.suppress(exc.SQLAlchemyError):
                transaction.rollback()
            raise
        with translated(shown):
            transaction.commit()


def _sqlite(url: URL, shown: str) -> Engine:
    file = Path(str(url.database))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot create the directory of '{shown}': {error.strerror or error}.") from error
    if file.is_dir():
        raise StoreError(f"The database '{shown}' cannot be opened: it is a directory.")
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=8,
        max_overflow=24,
        pool_timeout=2 * BUSY_SECONDS,
        hide_parameters=True,
        execution_options={_SHOWN: shown},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _forget_after_fork(engine)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself: we do
    for setting in (f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}").close()
    _use_write_ahead_log(connection)


def _use_write_ahead_log(connection: Any) -> None:
    # The switch is stored in the file; while two processes make it at once SQLite may answer "locked"
    # without waiting, so the waiting is done here.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except connection.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _postgresql(url: URL, shown: str) -> Engine:
    require("psycopg", "postgres", "PostgreSQL")
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=2 * BUSY_SECONDS,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": 10},
        hide_parameters=True,
        json_serializer=json_text,
        execution_options={_SHOWN: shown},
    )
    _forget_after_fork(engine)
    return engine


def _forget_after_fork(engine: Engine) -> None:
    # A forked child must not speak on its parent's connections.
    if not hasattr(os, "register_at_fork"):  # pragma: no cover - Windows does not fork
        return
    reference = weakref.ref(engine)

    def forget() -> None:
        if (alive := reference()) is not None:
            alive.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
