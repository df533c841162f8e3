"""PostgreSQL at Arrow speed: ADBC reads, because rows never become Python objects on the way.

ADBC has a libpq connection of its own beside the engine's pool; whatever binds a transaction there (tenant,
read-only, one snapshot) is set here again, in the same transaction as the rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy.engine import URL

from ..core.errors import ParameterError, StoreError
from ..core.optional import require
from .failures import reason_in, refused_privilege

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


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


def connect(address: str, shown: str) -> Any:
    """Open an ADBC connection, not in autocommit: the first statement begins a transaction.

    Raises:
        StoreError: the database cannot be reached or does not let us in.
        MissingExtraError: without the extra ``postgres``.
    """
    driver = require("adbc_driver_postgresql.dbapi", "postgres", "Whole tables from PostgreSQL")
    with adbc_translated(shown):
        return driver.connect(address)


@contextlib.contextmanager
def snapshot(address: str, shown: str) -> Iterator[Any]:
    """Give a cursor in a read-only transaction of one moment, on a connection that is closed afterwards."""
    connection = connect(address, shown)
    try:
        with adbc_translated(shown):
            cursor = connection.cursor()
            cursor.execute(_SNAPSHOT)
        yield cursor
    finally:
        _close(connection)


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


def _close(connection: Any) -> None:
    # Whatever happened before is being told already; the transaction was read-only, so nothing is lost.
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
