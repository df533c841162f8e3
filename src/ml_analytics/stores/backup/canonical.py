"""One form of a row for hashing, whichever backend it was read from; and its exact form in a file.

Backends keep the same value in different words: ``jsonb`` forgets the order of keys and writes ``1e22`` out in
full, SQLite drops the sign of a zero. The *canonical* form removes what cannot be told apart everywhere; the
*written* form keeps everything that was read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Table

from ...core.errors import IntegrityError
from ...core.protocols import Row
from ..columns import RowRules
from ..tables import UtcDateTime

DERIVED = {"feature_segments": ("materialized_until",)}
"""Columns that tell of derived state: a restored tenant's online features are built again."""


def canonical_row(rules: RowRules, row: Row) -> bytes:
    """Return the canonical line of a table's row.

    Columns that hold their default are left out, so that a column which a later schema adds changes no hash.

    >>> from ml_analytics.stores.records import rules_of
    >>> canonical_row(rules_of("models"), {"model_id": "m", "model_type": "", "metadata": {"b": 1.0, "a": -0.0}})
    b'{"metadata":{"a":0,"b":1},"model_id":"m"}\\n'
    """
    left_out, defaults = DERIVED.get(rules.table.name, ()), _defaults(rules.table)
    kept = {
        name: _normal(value)
        for name, value in row.items()
        if value is not None and name not in left_out and value != defaults[name]
    }
    return _line(kept)


def canonical_document(document: Row) -> bytes:
    """Return the canonical line of a document."""
    return _line(_normal(document))


def written_row(rules: RowRules, row: Row) -> bytes:
    """Return the line of a table's row as it is kept in a file: every column, as it was read."""
    left_out = DERIVED.get(rules.table.name, ())
    return _line(
        {name: None if name in left_out else _plain(value) for name, value in row.items()}, as_read=True
    )


def written_document(document: Row) -> bytes:
    """Return the line of a document as it is kept in a file."""
    return _line({name: _plain(value) for name, value in document.items()}, as_read=True)


def read_row(rules: RowRules, line: bytes, shown: str) -> Row:
    """Return the row of a line.

    Raises:
        IntegrityError: the line is no row of that table.
    """
    row = _mapping(line, shown)
    for name in row.keys() - rules.columns.keys():
        raise IntegrityError(
            f"The backup's file '{shown}' has a column '{name}' that the table does not have."
        )
    for name, column in rules.columns.items():
        if isinstance(column.type, UtcDateTime) and row.get(name) is not None:
            row[name] = _moment(row[name], shown)
    return row


def read_document(line: bytes, shown: str) -> Row:
    """Return the document of a line; errors as :func:`read_row`."""
    document = _mapping(line, shown)
    document["time"] = _moment(document.get("time"), shown)
    return document


@cache
def _defaults(table: Table) -> dict[str, Any]:
    return {column.name: getattr(column.default, "arg", None) for column in table.columns}


def _mapping(line: bytes, shown: str) -> Row:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"The backup's file '{shown}' has a line that is not JSON.") from error
    if not isinstance(found, dict):
        raise IntegrityError(f"The backup's file '{shown}' has a line that is no JSON object.")
    return found


def _moment(value: object, shown: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise IntegrityError(f"The backup's file '{shown}' has a time that cannot be read.")
    return moment


def _line(value: Mapping[str, Any], *, as_read: bool = False) -> bytes:
    text = json.dumps(
        value, sort_keys=not as_read, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode() + b"\n"


def _plain(value: Any) -> Any:
    """Return ``value`` for JSON; a number that is not finite is null, as it would be on writing a row."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _normal(value: Any) -> Any:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        # The shortest text of a float is what every backend keeps; written out, a large one is a whole number.
        return int(Decimal(repr(value))) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    return _plain(value)
