"""SQLite in whole columns, on the standard library's own driver.

Never on ADBC's: it brings a second copy of the SQLite library, and two copies in one process break the file
locks under each other (a way to corrupt a database that SQLite documents).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Column, Connection, Select, Table, Text, literal_column, type_coerce
from sqlalchemy.types import JSON

from .bulk_columns import TIME, arrow_schema
from .tables import UtcDateTime

_FETCH = 500  # rows at once: with more the garbage collector walks through all their tuples
_VARIABLES = 9_000  # of one statement; SQLite takes 32,766, the gain ends here
_ROWS = 300
_NAIVE = pa.timestamp("us")


def shown(column: Column[Any]) -> Any:
    """Return a column as it lies in the file: times and JSON are text there."""
    return type_coerce(column, Text()) if isinstance(column.type, (UtcDateTime, JSON)) else column


def batches(
    connection: Connection, statement: Select[Any], columns: list[Column[Any]], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield a statement's rows; its columns are those of :func:`shown`."""
    schema = arrow_schema(columns)
    raw = pa.struct(
        [pa.field(str(i), pa.string() if kind == TIME else kind) for i, kind in enumerate(schema.types)]
    )
    cursor = connection.execute(statement).cursor
    assert cursor is not None  # noqa: S101 - a SELECT has one
    while True:
        parts: list[pa.Array] = []
        wanted = batch_rows
        while wanted and (rows := cursor.fetchmany(min(_FETCH, wanted))):
            parts.append(pa.array(rows, raw))
            wanted -= len(rows)
        if not parts:
            return
        arrays = pa.concat_arrays(parts).flatten()
        yield pa.RecordBatch.from_arrays(
            [_finished(array, kind) for array, kind in zip(arrays, schema.types, strict=True)], schema=schema
        )


def _finished(array: pa.Array, kind: pa.DataType) -> pa.Array:
    # The text is UTC without saying so; read as naive, then named.
    return pc.cast(pc.cast(array, _NAIVE), TIME) if kind == TIME else array


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
