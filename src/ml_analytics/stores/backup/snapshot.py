"""What belongs to a tenant: its tables at one moment, page by page, and the artifacts that they name."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Table, literal, tuple_

from ...core.errors import StoreError
from ...core.protocols import Records, Row
from ..records import SqlRecords, rules_of
from ..tables import METADATA

ELSEWHERE = frozenset({"documents", "online_features"})
"""Tables that are not kept as tables: documents travel as documents, online features are built again."""

UNHASHED = frozenset({"tenants"})
"""The list of tenants is the store's own note of the first write, not content."""

TABLES: tuple[Table, ...] = tuple(table for table in METADATA.sorted_tables if table.name not in ELSEWHERE)
"""The tables of a backup; a table comes after those that it refers to."""

ARTIFACT_COLUMNS = {
    "model_versions": ("digest", "compiled_digest"),
    "feature_segments": ("digest",),
    "pipeline_outputs": ("digest",),
}
"""Every column that holds the digest of an artifact; a test holds this to the schema."""

_PAGE = 1_000


def pages(records: Records, table: Table) -> Iterator[list[Row]]:
    """Yield all rows of a table in the order of its key, a thousand at a time, in this transaction."""
    reader = sql(records)
    key = [table.c[name] for name in rules_of(table.name).key]
    after: list[ColumnElement[bool]] = []
    while True:
        page = reader.select(table, after, [column.asc() for column in key], _PAGE)
        if page:
            yield page
        if len(page) < _PAGE:
            return
        last = tuple_(*(literal(page[-1][column.name], column.type) for column in key))
        after = [tuple_(*key) > last]


def digests_of(table: str, row: Row) -> Iterator[str]:
    """Yield the digests of the artifacts that a row names."""
    for column in ARTIFACT_COLUMNS.get(table, ()):
        if row[column]:
            yield row[column]


def referenced(records: Records) -> set[str]:
    """Return the digests of all artifacts that the tenant's tables name."""
    return {
        digest
        for name in ARTIFACT_COLUMNS
        for page in pages(records, METADATA.tables[name])
        for row in page
        for digest in digests_of(name, row)
    }


def counts(records: Records) -> dict[str, int]:
    """Return how many rows each table of the tenant has, empty ones left out."""
    found = {table.name: records.count(table.name) for table in TABLES}
    return {name: count for name, count in found.items() if count}


def sql(records: Records) -> SqlRecords:
    """Return the transaction as one that can be read page by page."""
    if isinstance(records, SqlRecords):
        return records
    raise StoreError("Only records kept in SQL can be backed up.")
