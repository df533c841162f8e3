"""A user's SQLite file, opened read-only with the standard library's own driver."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy.engine import URL

from ...core.errors import ParameterError, StoreError
from ..failures import sqlite_reason

_OWNER = "read_query"
_LONG = "long"  # a whole number that no float is equal to
_KINDS = {
    frozenset({"integer"}): pa.int64(),
    frozenset({_LONG}): pa.int64(),
    frozenset({"integer", _LONG}): pa.int64(),
    frozenset({"real"}): pa.float64(),
    frozenset({"integer", "real"}): pa.float64(),
    frozenset({"blob"}): pa.binary(),
}


@contextlib.contextmanager
def stream(
    url: URL, query: str, parameters: dict[str, Any], batch_rows: int
) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Give the schema and the batches; see :func:`~ml_analytics.stores.external.query.read_query`."""
    shown = str(url.database)
    with _opened(shown) as connection:
        with _translated(shown):
            connection.execute("BEGIN")
            schema = _schema(connection, query, parameters)
            cursor = connection.execute(query, parameters)
        yield schema, _batches(cursor, schema, batch_rows, shown)


@contextlib.contextmanager
def _opened(shown: str) -> Iterator[sqlite3.Connection]:
    if not Path(shown).is_file():
        raise StoreError(f"The database '{shown}' failed: there is no such file.")
    with _translated(shown):
        address = f"file:{quote(str(Path(shown).absolute()))}?mode=ro"
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, timeout=30, check_same_thread=False
        )
    try:
        yield connection
    finally:
        connection.close()


def _schema(connection: sqlite3.Connection, query: str, parameters: dict[str, Any]) -> pa.Schema:
    described = connection.execute(f"SELECT * FROM ({query}) LIMIT 0", parameters).description
    names = [column[0] for column in described]
    # By number, so that two columns of one name do no harm.
    numbered = ", ".join(f"c{number}" for number in range(len(names)))
    kinds = ", ".join(
        f"CASE WHEN typeof(c{number}) = 'integer' AND c{number} <> CAST(c{number} AS REAL) THEN '{_LONG}' "
        f"ELSE typeof(c{number}) END"
        for number in range(len(names))
    )
    found = connection.execute(
        f"WITH asked ({numbered}) AS (SELECT * FROM ({query})) SELECT DISTINCT {kinds} FROM asked", parameters
    ).fetchall()
    columns = zip(*found, strict=True) if found else [()] * len(names)
    return pa.schema(
        [(name, _kind(frozenset(column) - {"null"})) for name, column in zip(names, columns, strict=True)]
    )


def _kind(found: frozenset[str]) -> pa.DataType:
    return _KINDS.get(found, pa.string())


def _batches(
    cursor: sqlite3.Cursor, schema: pa.Schema, batch_rows: int, shown: str
) -> Iterator[pa.RecordBatch]:
    while True:
        with _translated(shown):
            rows = cursor.fetchmany(batch_rows)
        if not rows:
            return
        columns = [
            _array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_floating(kind):  # Arrow refuses whole numbers beyond 2**53, also those that are exact
        return pa.array([None if value is None else float(value) for value in values], kind)
    try:
        return pa.array(values, kind)
    except pa.ArrowException:  # a mixture: text it is
        return pa.array([None if value is None else _text(value) for value in values], kind)


def _text(value: Any) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)


@contextlib.contextmanager
def _translated(shown: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
        raise ParameterError(f"The query cannot be run: {sqlite_reason(error)}.") from error
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise StoreError(f"The database '{shown}' failed: {sqlite_reason(error)}.") from error
