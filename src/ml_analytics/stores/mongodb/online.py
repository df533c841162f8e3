"""Online features on MongoDB: one document per entity, the newest wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ...core.tenant import Tenant, require_tenant
from ...core.values import OnlineRow
from ..online_rows import newest_rows, require_entities, require_view
from .client import KEYS_AT_ONCE, is_duplicate
from .documents import MongoDocumentStore
from .errors import translated
from .layout import escaped, unescaped

if TYPE_CHECKING:
    from pymongo.collection import Collection

_ONLINE = "online/"
_CHUNK = 5_000
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class MongoOnlineStore:
    """The newest features of each entity (:class:`~ml_analytics.core.protocols.OnlineStore`).

    A tenant's rows lie in a MongoDB collection of their own, ``online/<tenant>``, under the key
    ``view/version/entity``. Each entity changes at once or not at all; readers wait for nobody. A call that the
    server interrupts may have changed some entities: writing again ends in the same state.
    """

    def __init__(self, documents: MongoDocumentStore) -> None:
        self._connection = documents.connection  # closed by its owner

    def write(self, tenant: Tenant, view: str, version: int, rows: Iterable[OnlineRow]) -> int:
        """Keep each entity's newest row by (event time, created time); return how many entities changed.

        What cannot be kept is refused before anything is written.

        Raises:
            TenantError: no scope.
            ParameterError: a row or the view cannot be (see
                :func:`~ml_analytics.stores.online_rows.newest_rows`).
            StoreError: the server failed; again is safe.
        """
        scope, place = require_tenant(tenant), require_view(view, version)
        newest = [_document(place, row) for row in newest_rows(rows).values()]
        if not newest:
            return 0
        with translated(self._connection.shown):
            collection = self._of(scope)
            return sum(_replace(collection, newest[at : at + _CHUNK]) for at in range(0, len(newest), _CHUNK))

    def read(
        self, tenant: Tenant, view: str, version: int, entities: Sequence[str]
    ) -> list[OnlineRow | None]:
        """Return one row per entity, in the order asked for; ``None`` for an unknown one.

        Raises:
            TenantError: no scope.
            ParameterError: the view or an entity cannot be.
            StoreError: the server cannot be read.
        """
        scope, place = require_tenant(tenant), require_view(view, version)
        asked = [_key(place, entity) for entity in require_entities(entities)]
        with translated(self._connection.shown):
            documents = _found(self._of(scope), list(dict.fromkeys(asked)))
        found = {one["_id"]: _row(one) for one in documents}
        return [found.get(key) for key in asked]

    def clear(self, tenant: Tenant, view: str, version: int) -> None:
        """Forget a view's rows; errors as :meth:`write`."""
        scope, place = require_tenant(tenant), require_view(view, version)
        prefix = _key(place, "")
        end = prefix[:-1] + "0"  # the character behind "/"
        with translated(self._connection.shown):
            self._of(scope).delete_many({"_id": {"$gte": prefix, "$lt": end}})

    def _of(self, tenant: Tenant) -> Collection[dict[str, Any]]:
        return self._connection.collection(f"{_ONLINE}{tenant.id}")


def _replace(collection: Collection[dict[str, Any]], documents: list[dict[str, Any]]) -> int:
    """Put the documents in the place of older ones, or where none is; return how many were put."""
    from pymongo import UpdateOne
    from pymongo.errors import BulkWriteError

    known = {
        one["_id"]: one["age"] for one in _found(collection, [one["_id"] for one in documents], {"age": 1})
    }
    new = [one for one in documents if one["_id"] not in known]
    # The age is compared once more where it is changed: another writer may have come between.
    newer = [
        UpdateOne({"_id": one["_id"], "age": {"$lt": one["age"]}}, {"$set": one})
        for one in documents
        if one["_id"] in known and known[one["_id"]] < one["age"]
    ]
    changed = collection.bulk_write(newer, ordered=False).matched_count if newer else 0
    if not new:
        return changed
    try:
        collection.insert_many(new, ordered=False)
    except BulkWriteError as error:
        if not is_duplicate(error):
            raise
        # Another writer put some at the same moment; now they are known.
        there = [new[one["index"]] for one in error.details["writeErrors"]]
        return changed + int(error.details["nInserted"]) + _replace(collection, there)
    return changed + len(new)


def _found(
    collection: Collection[dict[str, Any]], keys: list[str], fields: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    if len(keys) == 1:
        one = collection.find_one({"_id": keys[0]}, fields)
        return [] if one is None else [one]
    found: list[dict[str, Any]] = []
    for at in range(0, len(keys), KEYS_AT_ONCE):
        found.extend(collection.find({"_id": {"$in": keys[at : at + KEYS_AT_ONCE]}}, fields))
    return found


def _key(place: tuple[str, int], entity: str) -> str:
    return f"{place[0]}/{place[1]}/{entity}"


def _document(place: tuple[str, int], row: OnlineRow) -> dict[str, Any]:
    return {
        "_id": _key(place, row.entity),
        "event_time": row.event_time,  # for people: milliseconds
        "created_time": row.created_time,
        "age": f"{_microseconds(row.event_time)} {_microseconds(row.created_time)}",
        "values": escaped(row.values, "OnlineStore"),
    }


def _row(document: dict[str, Any]) -> OnlineRow:
    event, created = (_FIRST + int(one) * _MICROSECOND for one in document["age"].split())
    return OnlineRow(
        document["_id"].split("/", 2)[2],
        event,
        created,
        unescaped(document["values"]),
    )


def _microseconds(time: datetime) -> str:
    """Return a text that sorts as the time does, so that one comparison decides which row is newer."""
    return f"{(time - _FIRST) // _MICROSECOND:020}"
