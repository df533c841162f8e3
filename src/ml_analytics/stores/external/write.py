"""A table into anyone's database, whole: Arrow's COPY on PostgreSQL, one prepared statement on SQLite.

As with reading these are not the package's own tables: no tenant, no rules but the database's.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import URL

from ...core.errors import ConflictError, ParameterError, StoreError
from ..bulk.postgresql import adbc_translated, close, connect, conninfo
from ..engine import address_of
from ..failures import sqlite_reason
from .query import address

IfExists = Literal["fail", "append", "replace"]
_OWNER = "write_table"
_MODES = {"fail": "create", "append": "append", "replace": "replace"}
_KINDS: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_boolean, "BOOLEAN"),
    (pa.types.is_integer, "INTEGER"),
    (pa.types.is_floating, "REAL"),
    (pa.types.is_timestamp, "TIMESTAMP"),
    (pa.types.is_date, "DATE"),
    (pa.types.is_binary, "BLOB"),
    (pa.types.is_large_binary, "BLOB"),
)


def write_table(url: str, table: str, data: Any, *, if_exists: IfExists = "fail") -> int:
    """Write a table of rows into a PostgreSQL or SQLite database in one transaction; return how many.

    ``data`` is a pandas or polars frame (without its index) or an Arrow table. Times with a zone become
    ``timestamptz`` on PostgreSQL and UTC text on SQLite, missing values NULL, as they are without a zone. The table
    ``table`` (in the schema that the connection looks at first) is made when it is absent; ``if_exists`` says what
    happens to one that is there. Either all rows are there afterwards, or nothing has changed.

    Raises:
        ParameterError: the address, the name, the data or ``if_exists`` cannot be used.
        ConflictError: the table is there and ``if_exists`` is ``fail``.
        StoreError: the database cannot be reached or refuses the rows.
        MissingExtraError: PostgreSQL without the extra ``postgres``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     write_table(f"sqlite:///{home}/shop.db", "sales", pd.DataFrame({"n": [1, 2], "price": [2.5, None]}))
    2
    """
    where = address(url, _OWNER)
    if not isinstance(table, str) or not table or "\x00" in table or len(table.encode()) > 63:
        raise ParameterError.of("table", _OWNER, "a name of 1 to 63 bytes without NUL", table)
    if if_exists not in _MODES:
        raise ParameterError.of("if_exists", _OWNER, f"one of {', '.join(_MODES)}", if_exists)
    rows = _arrow(data)
    if where.get_backend_name() == "sqlite":
        _into_sqlite(str(where.database), table, rows, if_exists)
    else:
        _into_postgresql(where, table, rows, if_exists)
    return int(rows.num_rows)


def _arrow(data: Any) -> pa.Table:
    if not isinstance(data, pa.Table):
        try:
            if isinstance(data, pd.DataFrame):
                data = pa.Table.from_pandas(data, preserve_index=False)
            else:
                data = nw.from_native(data, eager_only=True).to_arrow()
        except (TypeError, pa.ArrowException) as error:
            must_be = "a pandas or polars frame or an Arrow table of plain columns"
            raise ParameterError.of("data", _OWNER, must_be, type(data).__name__) from error
    names = [name.lower() for name in data.column_names]
    if not names or len(set(names)) != len(names):
        raise ParameterError.of("data", _OWNER, "made of columns with different names", data.column_names)
    columns = [_plain(data[name]) for name in data.column_names]
    return pa.table(columns, names=data.column_names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of a kind that both databases have; NaN is a missing value."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        numbers = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    if pa.types.is_integer(kind):
        return _whole(column)
    if pa.types.is_nested(kind) or pa.types.is_duration(kind):
        must_be = "made of plain columns (text, numbers, truth values, bytes, dates and times)"
        raise ParameterError.of("data", _OWNER, must_be, f"a column of {kind}")
    if pa.types.is_timestamp(kind):
        try:
            return column.cast(pa.timestamp("us", "UTC" if kind.tz else None))
        except pa.ArrowInvalid as error:
            fine = "whole microseconds (floor them to microseconds)"
            must_be = f"made of times of {fine if kind.unit == 'ns' else 'fewer than 290,000 years'}"
            raise ParameterError.of("data", _OWNER, must_be, f"a column of {kind}") from error
    return column


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid as error:
        must_be = "made of whole numbers of 64 bits with a sign"
        raise ParameterError.of("data", _OWNER, must_be, f"a column of {column.type} beyond them") from error


def _into_postgresql(where: URL, table: str, rows: pa.Table, if_exists: IfExists) -> None:
    shown = address_of(where)
    connection = connect(conninfo(where), shown, autocommit=False)
    try:
        with adbc_translated(shown), contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass(quote_ident($1))", [table]
            )
            if if_exists == "fail" and cursor.fetchone()[0]:
                raise _exists(table, shown)
            there = if_exists == "append"
            cursor.adbc_ingest(table, rows, mode="create_append" if there else _MODES[if_exists])
            connection.commit()
    finally:
        close(connection)


def _exists(table: str, shown: str) -> ConflictError:
    return ConflictError(
        f"There is a table '{table}' in '{shown}' already: say if_exists='append' or 'replace'."
    )


def _into_sqlite(file: str, table: str, rows: pa.Table, if_exists: IfExists) -> None:
    quoted = _quoted(table)
    names = [_quoted(name) for name in rows.column_names]
    with _sqlite(file) as connection:
        connection.execute("BEGIN IMMEDIATE")
        query = "SELECT count(*) FROM sqlite_master WHERE name = ? COLLATE NOCASE"
        there = connection.execute(query, [table]).fetchone()[0]
        if there and if_exists == "fail":
            raise _exists(table, file)
        if there and if_exists == "replace":
            connection.execute(f"DROP TABLE {quoted}")
        if not there or if_exists == "replace":
            kinds = (f"{name} {_kind(field.type)}" for name, field in zip(names, rows.schema, strict=True))
            connection.execute(f"CREATE TABLE {quoted} ({', '.join(kinds)})")
        places = ", ".join("?" * len(names))
        statement = f"INSERT INTO {quoted} ({', '.join(names)}) VALUES ({places})"
        for batch in rows.to_batches(100_000):
            connection.executemany(statement, zip(*map(_values, batch.columns), strict=True))
        connection.execute("COMMIT")


def _kind(kind: pa.DataType) -> str:
    return next((name for fits, name in _KINDS if fits(kind)), "TEXT")


def _values(array: pa.Array) -> list[Any]:
    if pa.types.is_timestamp(array.type):  # '2024-01-01 00:00:00.000000': what sorts as text sorts as time
        array = array.cast(pa.timestamp("us")).cast(pa.string())
    elif pa.types.is_date(array.type) or pa.types.is_time(array.type) or pa.types.is_decimal(array.type):
        array = array.cast(pa.string())
    values: list[Any] = array.to_pylist()
    return values


@contextlib.contextmanager
def _sqlite(file: str) -> Iterator[sqlite3.Connection]:
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as connection:
            yield connection  # closing without COMMIT undoes everything
    except OverflowError as error:
        raise ParameterError.of("data", _OWNER, "made of whole numbers of at most 64 bits", "more") from error
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
        raise ParameterError.of("data", _OWNER, "made of plain columns", str(error)) from error
    except sqlite3.Error as error:
        raise StoreError(f"The database '{file}' failed: {sqlite_reason(error)}.") from error
    except OSError as error:
        raise StoreError(f"The database '{file}' failed: {error.strerror or error}.") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
