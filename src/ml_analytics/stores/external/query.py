"""Anyone's database as a stream of Arrow: one read-only transaction, bound parameters, bounded memory.

These are not the package's own tables, so there is no tenant here; nothing can be changed through it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import exc, make_url
from sqlalchemy.engine import URL

from ...core.errors import ParameterError
from ..engine import ESCAPED, address_of, is_clear
from ..streams import Stream, whole_number

_OWNER = "read_query"


@contextlib.contextmanager
def read_query(
    url: str, query: str, parameters: Mapping[str, Any] | None = None, *, batch_rows: int = 65_536
) -> Iterator[pa.RecordBatchReader]:
    """Run a SELECT on a PostgreSQL or SQLite database and stream its rows in batches of one schema.

    ``parameters`` are the values of ``:name`` in the query; they are bound, never spliced. Types are kept:
    whole numbers, floats, text, bytes, booleans, dates and times as the database has them (``timestamptz`` is
    ``timestamp[us, UTC]``); PostgreSQL's ``numeric`` becomes float64, which may round (``price::text`` keeps every
    digit), ``money``, JSON and other kinds text. SQLite has types by value: a column of whole numbers and floats
    becomes float64 (text where a float would round a whole number), any other mixture text, and the query runs
    twice, once for the types. The transaction ends on leaving, read to the end or not.

    Raises:
        ParameterError: the address, a parameter or ``batch_rows`` cannot be used.
        StoreError: no such database, host or table, the password is wrong, or the statement is no SELECT.
        MissingExtraError: PostgreSQL without the extra ``postgres``.

    >>> import sqlite3, tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     database = sqlite3.connect(f"{home}/shop.db")
    ...     _ = database.executescript("CREATE TABLE sales (n, price); INSERT INTO sales VALUES (1, 2.5)")
    ...     database.close()
    ...     with read_query(f"sqlite:///{home}/shop.db", "SELECT * FROM sales WHERE n < :n", {"n": 3}) as reader:
    ...         reader.read_all().to_pylist()
    [{'n': 1, 'price': 2.5}]
    """
    where = address(url, _OWNER)
    if not isinstance(query, str) or not query.strip():
        raise ParameterError.of("query", _OWNER, "a SELECT statement", query)
    if parameters is not None and not isinstance(parameters, Mapping):
        raise ParameterError.of("parameters", _OWNER, "a mapping of names to values", parameters)
    whole_number(batch_rows, "batch_rows", _OWNER)
    statement = query.strip().rstrip(";")
    with contextlib.ExitStack() as stack:
        if where.get_backend_name() == "sqlite":
            from .sqlite import stream
        else:
            from .postgresql import stream
        schema, batches = stack.enter_context(stream(where, statement, dict(parameters or {}), batch_rows))
        yield stack.enter_context(Stream(schema, batches)).reader


def address(url: object, owner: str) -> URL:
    """Return the address of a PostgreSQL or SQLite database.

    Raises:
        ParameterError: it is none; without the password in it.
    """
    must_be = "'sqlite:///file' or 'postgresql://user:password@host/name'"
    if not isinstance(url, (str, URL)):
        raise ParameterError(f"The 'url' parameter of {owner} must be {must_be}.")
    try:
        known = make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise ParameterError(f"The 'url' parameter of {owner} must be {must_be}.") from error
    kind = known.get_backend_name()
    if not is_clear(known):
        raise ParameterError(f"The 'url' parameter of {owner} must be {must_be}, {ESCAPED}.")
    if kind == "sqlite" and known.host:  # two slashes
        raise ParameterError.of("url", owner, must_be, "'sqlite://' and a host")
    if kind in ("postgresql", "postgres") or (kind == "sqlite" and known.database not in (None, "")):
        return known
    raise ParameterError.of("url", owner, must_be, address_of(known))
