"""Documents on MongoDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...core.clock import TimeRange
from ...core.errors import ParameterError
from ...core.names import identifier
from ...core.protocols import Row
from ...core.tenant import Tenant, require_tenant
from ..conditions import at_most
from ..document_rows import DocumentRules
from .client import KEYS_AT_ONCE, MongoConnection
from .errors import translated
from .layout import DOCUMENTS, after, collection_name, condition, loaded, order
from .writing import INDEXES, insert_new, prepared

if TYPE_CHECKING:
    from pymongo.collection import Collection

    from .asynchronous import MongoAsyncCollection

PAGE = 2_000


class MongoDocumentStore:
    """Raw data, predictions, embeddings (:class:`~ml_analytics.core.protocols.DocumentStore`) on MongoDB.

    A tenant's collection is a MongoDB collection of its own (see :mod:`~ml_analytics.stores.mongodb.layout`).
    Safe to share between threads; a forked child makes connections of its own.
    """

    def __init__(self, connection: MongoConnection) -> None:
        from .asynchronous import AsyncClients

        self.connection = connection
        self._async = AsyncClients(connection)

    @classmethod
    def open(cls, url: str) -> MongoDocumentStore:
        """Connect to ``mongodb://user:password@host:27017/database`` (default database ``ml_analytics``).

        Looks for the server for five seconds, unless the address says ``serverSelectionTimeoutMS``.

        Raises:
            ParameterError: the address cannot be read.
            StoreError: the server cannot be reached or refuses us.
            MissingExtraError: without the extra ``mongodb``.
        """
        connection = MongoConnection(url)
        try:
            # hello needs no rights; this finds a user who may do nothing here.
            with translated(connection.shown):
                connection.client()[connection.database].command("ping")
                connection.client()[connection.database].list_collection_names(filter={"name": ""})
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @property
    def location(self) -> str:
        """Where it is, for people: host and database without user and password."""
        return f"mongodb://{self.connection.shown}"

    def collection(self, tenant: Tenant, name: str) -> MongoCollection:
        """Return the tenant's collection of that name; it need not hold anything yet.

        Raises:
            TenantError: no scope.
            ParameterError: the name is no identifier.
        """
        scope = require_tenant(tenant)
        return MongoCollection(self.connection, scope, identifier(name, "name", "collection"))

    def async_collection(self, tenant: Tenant, name: str) -> MongoAsyncCollection:
        """Return the tenant's collection of that name for an event loop: pymongo's own async client."""
        from .asynchronous import MongoAsyncCollection

        return MongoAsyncCollection(self.collection(tenant, name), self._async)

    def collections(self, tenant: Tenant) -> list[str]:
        """Return the names of the tenant's collections that hold documents."""
        prefix = collection_name(require_tenant(tenant).id, "")
        return [name.removeprefix(prefix) for name in self._holding(prefix)]

    def tenants(self) -> list[Tenant]:
        """Return who has documents, by name."""
        found = {name.removeprefix(DOCUMENTS).partition("/")[0] for name in self._holding(DOCUMENTS)}
        return [Tenant(name) for name in sorted(found)]

    def close(self) -> None:
        """Close the connections; again is harmless."""
        self._async.close()
        self.connection.close()

    def _holding(self, prefix: str) -> list[str]:
        with translated(self.connection.shown):
            names = self.connection.client()[self.connection.database].list_collection_names()
            return sorted(
                name
                for name in names
                if name.startswith(prefix)
                and _is_ours(name)
                and self.connection.collection(name).find_one({}, {"_id": 1})
            )


def _is_ours(name: str) -> bool:
    """Say whether it can be a tenant's collection; in a shared database somebody else's may begin like one."""
    tenant_id, _, collection = name.removeprefix(DOCUMENTS).partition("/")
    try:
        return identifier(tenant_id) == tenant_id and identifier(collection) == collection
    except ParameterError:
        return False


class MongoCollection:
    """The documents of one tenant under one name (:class:`~ml_analytics.core.protocols.Collection`).

    The same laws as :class:`~ml_analytics.stores.SqlCollection`. A document may take 16 MB and 90 levels.
    ``insert_new`` is one transaction on a replica set; on a single server without one, an interrupted insert may
    leave some of its documents, and repeating it adds the rest.
    """

    def __init__(self, connection: MongoConnection, tenant: Tenant, name: str) -> None:
        self.connection = connection
        self.rules = DocumentRules(f"the collection '{name}'")
        self.place = collection_name(tenant.id, name)

    def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> int:
        """Add documents whose ``_id`` is new; return how many were added. All or nothing.

        With ``pending`` each new document waits from the moment it is there until it is acknowledged.

        Raises:
            ParameterError: a document has no aware ``time``, a bad ``_id`` or values that are not JSON.
            DocumentTooLargeError: one is too large; nothing was written.
            StoreError: the server failed; repeating it adds what is missing and nothing twice.
        """
        batch = prepared(documents, self.rules, pending=pending, most_bytes=self.connection.most_bytes)
        if not batch:
            return 0
        with translated(self.connection.shown):
            self._index()
            return self.connection.in_transaction(lambda session: insert_new(self._mongo(), batch, session))

    def pending(self, where: Mapping[str, Any] | None = None, *, limit: int | None = None) -> Iterator[Row]:
        """Yield the documents that wait, in time order (then ``_id``), as :meth:`find` does."""
        query = {"_pending": True, **condition(self.rules.where(where))}
        return self._documents(query, newest_first=False, limit=at_most(limit, self.rules.owner))

    def acknowledge(self, document_ids: Iterable[str]) -> int:
        """Let documents wait no longer; return how many did. Again is harmless."""
        ids = self.rules.ids(document_ids)
        done = 0
        with translated(self.connection.shown):
            for start in range(0, len(ids), KEYS_AT_ONCE):
                waiting = {"_id": {"$in": ids[start : start + KEYS_AT_ONCE]}, "_pending": True}
                done += self._mongo().update_many(waiting, {"$unset": {"_pending": ""}}).modified_count
        return done

    def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Yield documents in time order (then ``_id``); conditions as :class:`~ml_analytics.stores.SqlCollection`.

        Reads through a cursor. When the server ends it (after ten idle minutes, or at a restart) reading goes
        on behind the last document; when it cannot, a :class:`StoreError` says so.
        """
        query = self._query(where, time_range)
        return self._documents(query, newest_first=newest_first, limit=at_most(limit, self.rules.owner))

    def frame(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return what :meth:`find` yields as a frame (see :mod:`~ml_analytics.stores.document_frame`)."""
        from .frame import read_frame

        query = self._query(where, time_range)
        most = at_most(limit, self.rules.owner)
        with translated(self.connection.shown):
            return read_frame(self._mongo(), query, most)

    def get(self, document_id: str) -> Row | None:
        """Return one document, or ``None``."""
        return next(self.find({"_id": document_id}), None)

    def count(self, where: Mapping[str, Any] | None = None) -> int:
        """Count documents."""
        query = self._query(where)
        with translated(self.connection.shown):
            return self._mongo().count_documents(query)

    def delete(self, where: Mapping[str, Any]) -> int:
        """Remove documents; return how many. An empty ``where`` means the whole collection.

        When the server fails in the middle some may be gone; repeating it removes the rest.
        """
        query = self._query(where)
        with translated(self.connection.shown):
            return self._mongo().delete_many(query).deleted_count

    def _mongo(self) -> Collection[dict[str, Any]]:
        return self.connection.collection(self.place)

    def _query(self, where: Mapping[str, Any] | None, span: TimeRange | None = None) -> dict[str, Any]:
        return condition(self.rules.where(where), None if span is None else self.rules.time_range(span))

    def _index(self) -> None:
        if self.place not in self.connection.indexed:
            from pymongo import IndexModel

            self._mongo().create_indexes([IndexModel(keys, **more) for keys, more in INDEXES])
            self.connection.indexed.add(self.place)

    def _documents(self, query: dict[str, Any], *, newest_first: bool, limit: int | None) -> Iterator[Row]:
        from pymongo.errors import AutoReconnect, CursorNotFound

        left, rest = limit, query
        while left is None or left > 0:
            last: tuple[datetime, str] | None = None
            try:
                for row in self._cursor(rest, order(newest_first=newest_first), left or 0):
                    last = (row["time"], row["_id"]) if isinstance(row["time"], datetime) else None
                    left = None if left is None else left - 1
                    yield row
            except (AutoReconnect, CursorNotFound):
                if last is None:  # no step forward: do not try for ever
                    with translated(self.connection.shown):
                        raise
                rest = {"$and": [query, after(*last, newest_first=newest_first)]}
            else:
                return

    def _cursor(self, query: dict[str, Any], by: Sequence[tuple[str, int]], limit: int) -> Iterator[Row]:
        from pymongo.errors import AutoReconnect, CursorNotFound

        with (
            translated(self.connection.shown, but=(AutoReconnect, CursorNotFound)),
            self._mongo().find(query, sort=by, limit=limit, batch_size=PAGE) as cursor,
        ):
            for document in cursor:
                yield loaded(document)
