"""A table or a query of anyone's PostgreSQL or SQLite database, as Arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.stores.external.query import read_query

from ..readers.frames import rebatched

_OWNER = "DataLoader"
_BATCH = 65_536


def read(url: str, query: str | None, parameters: Mapping[str, Any] | None, table: str | None) -> pa.Table:
    """Return all rows of the query or the table; none is a table without rows."""
    with read_query(url, _statement(query, table), parameters) as reader:
        _require_unique(reader.schema.names)
        return reader.read_all()


def read_chunks(
    url: str, query: str | None, parameters: Mapping[str, Any] | None, table: str | None, rows: int
) -> Iterator[pa.Table]:
    """Yield tables of ``rows`` rows, all of one moment and one schema."""
    statement = _statement(query, table)
    with read_query(url, statement, parameters, batch_rows=min(rows, _BATCH)) as reader:
        _require_unique(reader.schema.names)
        yield from rebatched(reader, rows)


def _statement(query: str | None, table: str | None) -> str:
    if (query is None) == (table is None):
        raise ParameterError.of(
            "query", _OWNER, "given, or 'table' instead of it", "both" if query is not None else "neither"
        )
    if table is None:
        if not isinstance(query, str):
            raise ParameterError.of("query", _OWNER, "a SELECT statement", query)
        return query
    parts = table.split(".") if isinstance(table, str) else []
    if not 1 <= len(parts) <= 2 or not all(parts) or "\x00" in table:
        raise ParameterError.of("table", _OWNER, "the name of a table, or schema.table", table)
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in parts)
    return f"SELECT * FROM {quoted}"


def _require_unique(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DataProcessingError(
                f"The column names of the query must be unique. Got '{name}' more than once."
            )
