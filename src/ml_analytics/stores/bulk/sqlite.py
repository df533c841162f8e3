"""SQLite in whole columns, on the standard library's own driver; large reads on its C functions.

Never on ADBC's: it brings a second copy of the SQLite library, and two copies in one process break the file
locks under each other (a way to corrupt a database that SQLite documents).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    Select,
    Table,
    Text,
    func,
    literal_column,
    type_coerce,
)
from sqlalchemy.types import JSON

from ..engine import BUSY_SECONDS
from ..tables import UtcDateTime
from . import sqlite_native
from .columns import TIME, arrow_schema

_VARIABLES = 9_000  # of one statement; SQLite takes 32,766, the gain ends here
_ROWS = 300
NATIVE_ROWS = 250_000
"""Reads of more rows than this go through compiled code, which takes half a second to load."""
_NAIVE = pa.timestamp("us")


def shown(column: Column[Any]) -> Any:
    """Return a column as it is fetched: times and JSON are text in the file, no number stands as infinity.

    Infinity is never stored, and unlike NULL it fits among the numbers of one array.
    """
    if isinstance(column.type, Float) and column.nullable:
        return func.coalesce(column, literal_column("9e999")).label(column.name)
    return type_coerce(column, Text()) if isinstance(column.type, (UtcDateTime, JSON)) else column


def batches(
    connection: Connection, statement: Select[Any], columns: list[Column[Any]], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield a statement's rows; its columns are those of :func:`shown`."""
    if sqlite_native.available() and _is_large(connection, statement):
        yield from _native_batches(
            connection, statement.with_only_columns(*columns, maintain_column_froms=True), columns, batch_rows
        )
    else:
        yield from _driver_batches(connection, statement, columns, batch_rows)


def _is_large(connection: Connection, statement: Select[Any]) -> bool:
    """Say whether there are so many rows that compiled code is worth its loading."""
    one: Any = literal_column("1")
    beyond = (
        statement.with_only_columns(one, maintain_column_froms=True)
        .order_by(None)
        .limit(1)
        .offset(NATIVE_ROWS)
    )
    return connection.execute(beyond).first() is not None


def _native_batches(
    connection: Connection, statement: Select[Any], columns: list[Column[Any]], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    schema = arrow_schema(columns)
    stored = pa.schema([(one.name, pa.string() if one.type == TIME else one.type) for one in schema])
    file = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    given = [_bound(values[name]) for name in compiled.positiontup or ()]
    for batch in sqlite_native.batches(file, str(compiled), given, stored, batch_rows, BUSY_SECONDS):
        arrays = [
            _as_time(one) if kind == TIME else one for one, kind in zip(batch, schema.types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _driver_batches(
    connection: Connection, statement: Select[Any], columns: list[Column[Any]], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Rows go from the cursor straight into one structured array: no tuple outlives its row."""
    schema = arrow_schema(columns)
    cursor: Any = connection.execute(statement).cursor
    while len(rows := np.fromiter(islice(cursor, batch_rows), _kinds(columns))):
        arrays = [_finished(rows[str(number)], field.type) for number, field in enumerate(schema)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _kinds(columns: list[Column[Any]]) -> np.dtype[Any]:
    return np.dtype([(str(number), _fetched(column)) for number, column in enumerate(columns)])


def _fetched(column: Column[Any]) -> str:
    """Return the NumPy kind of a column; what may be missing and is no float stays an object."""
    if isinstance(column.type, Float):
        return "f8"
    return "i8" if isinstance(column.type, Integer) and not column.nullable else "O"


def _finished(values: np.ndarray, kind: pa.DataType) -> pa.Array:
    if kind == TIME:
        return _as_time(pa.array(values, pa.string()))
    if pa.types.is_floating(kind):
        numbers = np.ascontiguousarray(values)
        missing = np.isinf(numbers)
        return pa.array(numbers, mask=missing if missing.any() else None)
    return pa.array(values, kind)


def _as_time(texts: pa.Array) -> pa.Array:
    """The text is UTC without saying so; read as naive, then named."""
    return pc.cast(pc.cast(texts, _NAIVE), TIME)


def unindexed(column: Column[Any]) -> Any:
    """Return a column for a condition that is to be tested on every row."""
    return literal_column(f'+"{column.table.name}"."{column.name}"', column.type)


def insert(
    connection: Connection, table: Table, parts: Iterable[tuple[pa.RecordBatch, Mapping[str, Any]]]
) -> int:
    """Add the rows whose key is new; return how many. A part is a batch and what all its rows share."""
    cursor: Any = connection.connection.cursor()
    try:
        return sum(_insert(cursor, table, batch, fixed) for batch, fixed in parts)
    finally:
        cursor.close()


def _insert(cursor: Any, table: Table, batch: pa.RecordBatch, fixed: Mapping[str, Any]) -> int:
    lists = [_listed(array) for array in batch.columns]
    values = [_bound(value) for value in fixed.values()]
    added, start = 0, 0
    for rows in (min(_ROWS, max(1, _VARIABLES // max(1, len(lists)))), 1):
        stop = batch.num_rows - batch.num_rows % rows
        cursor.executemany(
            _statement(table, batch.schema.names, list(fixed), rows),
            _values(lists, values, start, stop, rows),
        )
        added, start = added + max(cursor.rowcount, 0), stop
    return added


def _bound(value: Any) -> Any:
    return value.replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(value, datetime) else value


def _listed(array: pa.Array) -> list[Any]:
    if array.type == TIME:
        array = pc.cast(
            array.cast(_NAIVE), pa.string()
        )  # '2024-01-01 00:00:00.000000', as SQLAlchemy writes it
    values: list[Any] = array.to_pylist()
    return values


def _statement(table: Table, names: list[str], constants: list[str], rows: int) -> str:
    fixed = len(constants)
    row = [f"?{number + 1}" for number in range(fixed)]
    values = ", ".join(
        f"({', '.join([*row, *(f'?{fixed + at * len(names) + i + 1}' for i in range(len(names)))])})"
        for at in range(rows)
    )
    quoted = ", ".join(f'"{name}"' for name in [*constants, *names])
    return f'INSERT INTO "{table.name}" ({quoted}) VALUES {values} ON CONFLICT DO NOTHING'


def _values(
    lists: list[list[Any]], fixed: list[Any], start: int, stop: int, rows: int
) -> Iterator[list[Any]]:
    width = len(lists)
    for at in range(start, stop, rows):
        flat = [*fixed, *([None] * (width * rows))]
        for number, values in enumerate(lists):
            flat[len(fixed) + number :: width] = values[at : at + rows]
        yield flat
