"""A user's PostgreSQL: a cursor of the server, fetched as Arrow, with the parameters bound."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, cast

import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import URL

from ...core.errors import ParameterError
from ..bulk.postgresql import bound, conninfo, declared, snapshot
from ..engine import address_of

_OWNER = "read_query"
_DIALECT = cast("Any", PGDialect)(paramstyle="numeric_dollar")


@contextlib.contextmanager
def stream(
    url: URL, query: str, parameters: dict[str, Any], batch_rows: int
) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Give the schema and the batches; see :func:`~ml_analytics.stores.external.query.read_query`."""
    statement, values = _numbered(query, parameters)
    shown = address_of(url)
    with snapshot(conninfo(url), shown) as cursor:
        schema, batches = declared(cursor, statement, values, batch_rows, shown)
        if any(_cast(field) for field in schema):
            schema, batches = declared(cursor, _readable(statement, schema), values, batch_rows, shown)
        yield pa.schema([pa.field(field.name, field.type) for field in schema]), batches


def _numbered(query: str, parameters: dict[str, Any]) -> tuple[str, pa.RecordBatch | None]:
    if not parameters:
        return query, None
    compiled = text(query).compile(dialect=_DIALECT)
    order = list(compiled.positiontup or [])
    if set(order) != set(parameters):
        raise ParameterError.of(
            "parameters",
            _OWNER,
            f"given for exactly {', '.join(sorted(set(order))) or 'nothing'}",
            sorted(parameters),
        )
    return str(compiled), bound(parameters, order, _OWNER)


def _readable(statement: str, schema: pa.Schema) -> str:
    """Return the statement with ``numeric`` as float64, ``money`` and what Arrow has no kind for (uuid, …) as text."""
    numbered = ", ".join(f"c{number}" for number in range(len(schema)))
    given = ", ".join(
        f"c{number}{_cast(field)} AS {_quoted(field.name)}" for number, field in enumerate(schema)
    )
    return f"SELECT {given} FROM ({statement}) AS asked ({numbered})"


def _cast(field: pa.Field) -> str:
    kind = (field.metadata or {}).get(b"POSTGRESQL:type")
    if kind == b"numeric":
        return "::float8"
    if kind in (b"money", b"_money"):  # Arrow has the number of its smallest parts, without their name
        return "::text"
    return "::text" if isinstance(field.type, pa.BaseExtensionType) else ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
