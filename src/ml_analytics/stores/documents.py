"""Documents in the same database: JSON rows with a name, an id and an event time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, and_, false, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB

from ..core.clock import TimeRange
from ..core.names import identifier
from ..core.protocols import Row
from ..core.tenant import Tenant, require_tenant
from .conditions import at_most, range_condition
from .document_frame import FrameBuilder
from .document_rows import DocumentRules
from .engine import is_postgresql
from .records import SqlRecordStore
from .tables import DOCUMENTS
from .threaded import ThreadedCollection

_PAGE = 2_000
_COLUMNS = {"_id": "id", "time": "time"}
_ID, _TIME, _BODY = DOCUMENTS.c.id, DOCUMENTS.c.time, DOCUMENTS.c.body


class SqlDocumentStore:
    """Raw data, predictions, embeddings (:class:`~ml_analytics.core.protocols.DocumentStore`).

    Built over a record store, which adds the tenant to every statement. Safe to share between threads.
    """

    def __init__(self, records: SqlRecordStore) -> None:
        self._records = records

    def collection(self, tenant: Tenant, name: str) -> SqlCollection:
        """Return the tenant's collection of that name; it need not hold anything yet.

        Raises:
            TenantError: no scope.
            ParameterError: the name is no identifier.
        """
        scope = require_tenant(tenant)
        return SqlCollection(self._records, scope, identifier(name, "name", "collection"))

    def collections(self, tenant: Tenant) -> list[str]:
        """Return the names of the tenant's collections that hold documents."""
        with self._records.read(tenant) as records:
            return [str(name) for name in records.distinct(DOCUMENTS.c.collection, DOCUMENTS)]

    def async_collection(self, tenant: Tenant, name: str) -> ThreadedCollection:
        """Return the tenant's collection of that name for an event loop: its work is done in a thread."""
        return ThreadedCollection(self.collection(tenant, name))

    def tenants(self) -> list[Tenant]:
        """Return who may have documents, by name: those who have ever written."""
        return self._records.tenants()


class SqlCollection:
    """The documents of one tenant under one name (:class:`~ml_analytics.core.protocols.Collection`).

    A document is a mapping of plain JSON values with ``time`` (aware datetime: when it happened) and ``_id``
    (text of 1 to 200 characters; without one it is the SHA-256 of the content, so that ingesting the same
    thing twice adds nothing). Times inside a document become ISO 8601 text, not-a-number becomes ``None``.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from ml_analytics.stores import open_stores
    >>> with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
    ...     bars = stores.documents.collection(Tenant(), "bars")
    ...     bar = {"time": datetime(2024, 1, 2, tzinfo=UTC), "close": 101.5}
    ...     print(bars.insert_new([bar, bar]), bars.insert_new([bar]), next(bars.find())["close"])
    1 0 101.5
    """

    def __init__(self, records: SqlRecordStore, tenant: Tenant, name: str) -> None:
        self._records = records
        self._tenant = tenant
        self._name = name
        self._rules = DocumentRules(f"the collection '{name}'")

    def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> int:
        """Add documents whose ``_id`` is new; return how many were added. All or nothing.

        With ``pending`` each new document waits from the moment it is there until it is acknowledged.

        Raises:
            ParameterError: a document has no aware ``time``, a bad ``_id`` or values that are not JSON.
        """
        rows = [self._row(document, pending) for document in documents]
        if not rows:
            return 0
        with self._records.begin(self._tenant) as records:
            return records.insert_new("documents", rows)

    def pending(self, where: Mapping[str, Any] | None = None, *, limit: int | None = None) -> Iterator[Row]:
        """Yield the documents that wait, in time order (then ``_id``), in pages as :meth:`find` does."""
        conditions = [*self._conditions(where), literal_column("pending = 1")]  # as in the partial index
        return self._pages(conditions, newest_first=False, limit=at_most(limit, self._rules.owner))

    def acknowledge(self, document_ids: Iterable[str]) -> int:
        """Let documents wait no longer; return how many did. Again is harmless."""
        ids = self._rules.ids(document_ids)
        done = 0
        with self._records.begin(self._tenant) as records:
            for start in range(0, len(ids), _PAGE):
                where = {"collection": self._name, "id": ids[start : start + _PAGE], "pending": 1}
                done += records.update("documents", where, {"pending": 0})
        return done

    def frame(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return what :meth:`find` yields as a frame (see :mod:`~ml_analytics.stores.document_frame`)."""
        builder = FrameBuilder()
        wanted = self._rules.where(where)
        if limit is None and wanted.keys() <= _COLUMNS.keys():
            self._stream(builder, wanted, time_range)
        else:
            found = self.find(where, time_range=time_range, limit=limit)
            while page := list(islice(found, _PAGE)):
                builder.add_rows(page)
        return builder.frame()

    def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Yield documents in time order (then ``_id``).

        ``where`` holds equality tests on ``_id``, ``time`` and top-level fields; a list or tuple means *one
        of*, ``None`` matches null and absent. Reads in pages of 2,000, each its own short transaction:
        a slow reader holds nothing up; what is written while it reads may or may not be seen.
        """
        conditions = self._conditions(where)
        if time_range is not None:
            conditions.append(range_condition(_TIME, self._rules.time_range(time_range)))
        return self._pages(conditions, newest_first=newest_first, limit=at_most(limit, self._rules.owner))

    def get(self, document_id: str) -> Row | None:
        """Return one document, or ``None``."""
        return next(self.find({"_id": document_id}), None)

    def count(self, where: Mapping[str, Any] | None = None) -> int:
        """Count documents."""
        conditions = self._conditions(where)
        with self._records.read(self._tenant) as records:
            return records.count_rows(DOCUMENTS, conditions)

    def delete(self, where: Mapping[str, Any]) -> int:
        """Remove documents; return how many. An empty ``where`` means the whole collection."""
        conditions = self._conditions(where)
        with self._records.begin(self._tenant) as records:
            return records.delete_rows(DOCUMENTS, conditions)

    def _stream(self, builder: FrameBuilder, wanted: dict[str, list[Any]], span: TimeRange | None) -> None:
        """Add what has these ids and times, as it comes: a batch of documents is one JSON text to read."""
        where = {"collection": self._name, **{_COLUMNS[name]: values for name, values in wanted.items()}}
        between = None if span is None else {"time": self._rules.time_range(span)}
        fields = ("id", "time", "body")
        with self._records.scan(
            self._tenant, "documents", where, between=between, columns=fields, order_by=None
        ) as batches:
            for batch in batches:
                ids, times, bodies = batch.columns
                read = json.loads(f"[{','.join(bodies.to_pylist())}]")
                builder.add_documents(ids, times.cast(pa.int64()).to_numpy(), read)

    def _pages(
        self, conditions: list[ColumnElement[bool]], *, newest_first: bool, limit: int | None
    ) -> Iterator[Row]:
        order = [_TIME.desc(), _ID.desc()] if newest_first else [_TIME.asc(), _ID.asc()]
        left = limit
        after: list[ColumnElement[bool]] = []
        while left is None or left > 0:
            size = _PAGE if left is None else min(_PAGE, left)
            with self._records.read(self._tenant) as records:
                page = records.select(DOCUMENTS, [*conditions, *after], order, size)
            for row in page:
                yield {"_id": row["id"], "time": row["time"], **row["body"]}
            if len(page) < size:
                return
            left = None if left is None else left - size
            last = tuple_(literal(page[-1]["time"], _TIME.type), literal(page[-1]["id"], _ID.type))
            position = tuple_(_TIME, _ID)
            after = [position < last if newest_first else position > last]

    def _row(self, document: Mapping[str, Any], pending: bool) -> dict[str, Any]:
        row = self._rules.row(document)
        return {
            "collection": self._name,
            "id": row.id,
            "time": row.time,
            "body": row.body,
            "pending": int(pending),
        }

    def _conditions(self, where: Mapping[str, Any] | None) -> list[ColumnElement[bool]]:
        return [
            DOCUMENTS.c.collection == self._name,
            *(self._one_of(name, wanted) for name, wanted in self._rules.where(where).items()),
        ]

    def _one_of(self, name: str, wanted: list[Any]) -> ColumnElement[bool]:
        if name == "_id":
            return _ID.in_(wanted)
        if name == "time":
            return _TIME.in_(wanted)
        if is_postgresql(self._records.engine):
            return _json_in_postgresql(name, wanted)
        return _json_in_sqlite(name, wanted)


def _json_in_postgresql(name: str, values: list[Any]) -> ColumnElement[bool]:
    field = func.jsonb_extract_path(_BODY, name, type_=JSONB())
    # One array as one value: jsonb compares kinds and numbers as JSON does.
    among = field.in_(select(func.jsonb_array_elements(literal(values, JSONB()))))
    return or_(among, field.is_(None)) if None in values else among


def _json_in_sqlite(name: str, values: list[Any]) -> ColumnElement[bool]:
    path = f'$."{name}"'
    kind, field = func.json_type(_BODY, path), func.json_extract(_BODY, path)
    texts = [value for value in values if isinstance(value, str)]
    truths = ["true" if value else "false" for value in values if isinstance(value, bool)]
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    tests: list[ColumnElement[bool]] = []
    if texts:
        tests.append(and_(kind == "text", field.in_(texts)))
    if numbers:
        tests.append(and_(kind.in_(("integer", "real")), field.in_(numbers)))
    if truths:
        tests.append(kind.in_(truths))
    if None in values:
        tests.append(or_(kind.is_(None), kind == "null"))
    return or_(*tests) if tests else false()
