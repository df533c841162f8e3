"""PostgreSQL at Arrow speed: ADBC reads, because rows never become Python objects on the way.

ADBC has a libpq connection of its own beside the engine's pool; whatever binds a transaction there (tenant,
read-only, one snapshot) is set here again, in the same transaction as the rows.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, Select, Table, Text, cast
from sqlalchemy.engine import URL
from sqlalchemy.types import JSON

from ...core.errors import ParameterError, StoreError
from ...core.optional import require
from ..engine import shown_name
from ..failures import reason_in, refused_privilege
from ..postgresql import require_bound_role
from .columns import arrow_schema, arrow_type

_KIND = "TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_BATCH_BYTES = 4 << 20
_MOST_IDLE = 4
_PARENTS: list[Any] = []  # a forked child's inheritance: kept, so that it is never closed


def conninfo(url: URL) -> str:
    """Return the address as libpq's own text; with the password, so it is never shown."""
    from psycopg.conninfo import make_conninfo

    options: dict[str, Any] = {name: _last(value) for name, value in url.query.items()}
    named = {
        "host": url.host,
        "port": url.port,
        "dbname": url.database,
        "user": url.username,
        "password": url.password,
    }
    options.update({name: str(value) for name, value in named.items() if value is not None})
    options.setdefault("connect_timeout", "10")
    return make_conninfo(**options)


@contextlib.contextmanager
def adbc_translated(shown: str) -> Iterator[None]:
    """Raise our errors for ADBC's; as :func:`~ml_analytics.stores.failures.translated` does."""
    manager = require("adbc_driver_manager", "postgres", "Whole tables from PostgreSQL")
    try:
        yield
    except manager.Error as error:
        state, text = error.sqlstate or "", str(error)
        if state[:2] == "22":
            raise ParameterError(f"The database refused a value: {reason_in(text)}.") from error
        reason = refused_privilege(text) if state == "42501" else reason_in(text)
        raise StoreError(f"The database '{shown}' failed: {reason}.") from error
    except (OSError, pa.ArrowException) as error:  # in the middle of a stream Arrow carries the failure
        raise StoreError(f"The database '{shown}' failed: {reason_in(str(error))}.") from error


def connect(address: str, shown: str, *, autocommit: bool) -> Any:
    """Open an ADBC connection; with ``autocommit`` it can idle outside of a transaction.

    Raises:
        StoreError: the database cannot be reached or does not let us in.
        MissingExtraError: without the extra ``postgres``.
    """
    driver = require("adbc_driver_postgresql.dbapi", "postgres", "Whole tables from PostgreSQL")
    with adbc_translated(shown):
        return driver.connect(address, autocommit=autocommit)


@contextlib.contextmanager
def snapshot(address: str, shown: str) -> Iterator[Any]:
    """Give a cursor in a read-only transaction of one moment, on a connection that is closed afterwards."""
    # Not in autocommit: there ADBC ends the transaction when it has bound a time.
    connection = connect(address, shown, autocommit=False)
    try:
        with adbc_translated(shown):
            cursor = connection.cursor()
            cursor.execute(f"SET {_KIND}")
        yield cursor
    finally:
        close(connection)


def declared(
    cursor: Any, query: str, parameters: pa.RecordBatch | None, batch_rows: int, shown: str
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Run any SELECT with bound parameters (``$1``, ``$2``, …) through a cursor of the server.

    PostgreSQL itself refuses what is no query: only those can be declared. A second one replaces the first.
    """
    with adbc_translated(shown):
        cursor.execute("CLOSE ALL")
        cursor.execute(f"DECLARE ml_analytics NO SCROLL CURSOR FOR {query}", parameters)
        cursor.adbc_statement.set_options(**{"adbc.postgresql.use_copy": "false"})

    first = _fetch(cursor, batch_rows, shown)
    schema = pa.schema([pa.field(field.name, field.type) for field in first.schema])

    def batches() -> Iterator[pa.RecordBatch]:
        table = first
        while table.num_rows:
            (batch,) = table.combine_chunks().to_batches()
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
            table = _fetch(cursor, batch_rows, shown)

    return first.schema, batches()


def _fetch(cursor: Any, rows: int, shown: str) -> pa.Table:
    with adbc_translated(shown):
        cursor.execute(f"FETCH FORWARD {rows} FROM ml_analytics")
        return cursor.fetch_arrow_table()


def close(connection: Any) -> None:
    """Close an ADBC connection; what was not committed is undone. A failure has been told already."""
    manager = require("adbc_driver_manager", "postgres", "Whole tables from PostgreSQL")
    with contextlib.suppress(manager.Error):
        connection.close()


def _last(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else value[-1]


def bound(parameters: Mapping[str, Any], order: list[str], owner: str) -> pa.RecordBatch:
    """Return the values of ``order`` as one row of Arrow for binding."""
    arrays = []
    for name in order:
        try:
            arrays.append(pa.array([parameters[name]]))
        except (pa.ArrowException, OverflowError) as error:
            must_be = "text, a number, a time or None"
            raise ParameterError.of(name, owner, must_be, parameters[name]) from error
    return pa.RecordBatch.from_arrays(arrays, names=[str(number) for number in range(len(arrays))])


def insert(
    connection: Connection, table: Table, parts: Iterable[tuple[pa.RecordBatch, Mapping[str, Any]]]
) -> int:
    """Add the rows whose key is new, in the connection's own transaction; return how many.

    A part is a batch and what all its rows share.

    New rows are the rule, so a batch is first written as if all were; ON CONFLICT costs half as much again.
    """
    from .arrays import binary, register

    added, careful = 0, False
    with connection.connection.driver_connection.cursor() as cursor:  # type: ignore[union-attr]
        register(cursor.adapters)
        for batch, fixed in parts:
            statement = _insertion(table, batch.schema.names, fixed)
            values = [*fixed.values(), *(binary(array) for array in batch.columns)]
            count = None if careful else _all_new(cursor, statement, values)
            if count is None:
                careful = True
                cursor.execute(f"{statement} ON CONFLICT DO NOTHING", values)
                count = cursor.rowcount
            added += count
    return added


def _all_new(cursor: Any, statement: str, values: list[Any]) -> int | None:
    from psycopg.errors import UniqueViolation

    cursor.execute("SAVEPOINT ml_analytics")
    try:
        cursor.execute(statement, values)
    except UniqueViolation:
        cursor.execute("ROLLBACK TO SAVEPOINT ml_analytics")
        return None
    count = int(cursor.rowcount)
    cursor.execute("RELEASE SAVEPOINT ml_analytics")
    return count


def _insertion(table: Table, names: list[str], constants: Mapping[str, Any]) -> str:
    fixed = [f"CAST(%s AS {_kind(table.c[name])})" for name in constants]
    given = [f"c{i}::jsonb" if _kind(table.c[name]) == "jsonb" else f"c{i}" for i, name in enumerate(names)]
    arrays = ", ".join(["%s"] * len(names))
    into = ", ".join(f'"{name}"' for name in [*constants, *names])
    numbered = ", ".join(f"c{i}" for i in range(len(names)))
    return (
        f'INSERT INTO "{table.name}" ({into}) SELECT {", ".join([*fixed, *given])} '
        f"FROM unnest({arrays}) AS given ({numbered})"
    )


def _kind(column: Column[Any]) -> str:
    from .arrays import KINDS

    return "jsonb" if isinstance(column.type, JSON) else KINDS[arrow_type(column)][2]


def shown(column: Column[Any]) -> Any:
    """Return a column as Arrow is to have it."""
    if isinstance(column.type, JSON):
        return cast(column, Text())
    return cast(column, BigInteger()) if isinstance(column.type, Integer) else column


class ArrowConnections:
    """A few ADBC connections of an engine's address, each used for one stream at a time.

    Safe to share between threads; a forked child makes its own. Like the engine's, they refuse a role that
    row-level security does not bind.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._shown = shown_name(engine)
        self._idle: list[Any] = []
        self._lock = Lock()
        self._owner = os.getpid()

    @contextlib.contextmanager
    def stream(
        self, statement: Select[Any], tenant_id: str, columns: list[Column[Any]], batch_rows: int
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        """Give the rows of a statement under a tenant's row-level security; all of one moment."""
        query = _spelled(self._engine, statement)
        connection, cursor = self._begun(tenant_id)
        state = _Unfinished()
        try:
            yield _copied(cursor, query, columns, batch_rows, self._shown, state)
        finally:
            self._end(connection, cursor, clean=state.finished)

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            close(connection)

    def _begun(self, tenant_id: str) -> tuple[Any, Any]:
        while (connection := self._take()) is not None:
            try:
                return connection, self._begin(connection, tenant_id)
            except StoreError:  # the server cut it while it was idle
                close(connection)
        require_bound_role(self._engine)
        connection = connect(conninfo(self._engine.url), self._shown, autocommit=True)
        try:
            return connection, self._begin(connection, tenant_id)
        except BaseException:
            close(connection)
            raise

    def _begin(self, connection: Any, tenant_id: str) -> Any:
        with adbc_translated(self._shown):
            cursor = connection.cursor()
            cursor.execute(f"BEGIN {_KIND}")
            cursor.execute("SELECT set_config('ml_analytics.tenant', $1, true)", (tenant_id,))
            cursor.fetchall()
            return cursor

    def _end(self, connection: Any, cursor: Any, *, clean: bool) -> None:
        manager = require("adbc_driver_manager", "postgres", "Whole tables from PostgreSQL")
        if clean:
            try:
                cursor.execute("ROLLBACK")
                cursor.close()
            except manager.Error:
                clean = False
        if not (clean and self._put(connection)):
            close(connection)

    def _take(self) -> Any:
        with self._lock:
            if self._owner != os.getpid():  # a forked child must not speak, or hang up, on its parent's
                _PARENTS.extend(self._idle)
                self._idle, self._owner = [], os.getpid()
            return self._idle.pop() if self._idle else None

    def _put(self, connection: Any) -> bool:
        with self._lock:
            if len(self._idle) >= _MOST_IDLE:
                return False
            self._idle.append(connection)
            return True


class _Unfinished:
    """Whether a stream was read to its end; a connection in the middle of one cannot be used again."""

    finished = False


def _copied(
    cursor: Any, query: str, columns: list[Column[Any]], batch_rows: int, shown: str, state: _Unfinished
) -> Iterator[pa.RecordBatch]:
    schema = arrow_schema(columns)
    with adbc_translated(shown):
        cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(_BATCH_BYTES)})
        cursor.execute(query)
        reader = cursor.fetch_record_batch()
    while True:
        with adbc_translated(shown):
            batch = next(reader, None)
        if batch is None:
            break
        arrays = [array.cast(kind) for array, kind in zip(batch.columns, schema.types, strict=True)]
        whole = pa.RecordBatch.from_arrays(arrays, schema=schema)
        for start in range(0, whole.num_rows, batch_rows):
            yield whole.slice(start, batch_rows)
    reader.close()
    state.finished = True


def _spelled(engine: Engine, statement: Select[Any]) -> str:
    """Return a statement with its values as literals that psycopg quoted: COPY takes no parameters."""
    from psycopg.sql import Literal

    compiled = statement.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
    values = {name: Literal(_plain(value)).as_string() for name, value in compiled.params.items()}
    return str(compiled) % values


def _plain(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
