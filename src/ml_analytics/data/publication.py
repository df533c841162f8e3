"""Tables to documents: which types of data are published, and what their records look like as documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from ml_analytics.core.errors import ConflictError, ParameterError
from ml_analytics.core.names import identifier
from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.core.protocols import Records, RecordStore, Row
from ml_analytics.core.tenant import Tenant

from .promotions.bars import bar_identity
from .routing import MARKET_METRICS, ML_RECORDS, Route, Routing

PUBLICATIONS = "publications"
KEYS = 1_000
"""How many records one entry of the outbox points to."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 92
"""Characters of a type's name: its entries in the outbox bear it after a prefix."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Every record of ``route``'s type becomes a document of ``collection``."""

    route: Route
    collection: str

    def pointers(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield what finds the rows again: their keys, :data:`KEYS` at a time."""
        if self.route.place == ML_RECORDS:
            ids = [row["id"] for row in rows]
            for start in range(0, len(ids), KEYS):
                yield {"ids": ids[start : start + KEYS]}
            return
        by_symbol: dict[str, list[int]] = {}
        for row in rows:
            by_symbol.setdefault(row["symbol"], []).append(_microseconds(row["timestamp"]))
        for symbol, times in by_symbol.items():
            for start in range(0, len(times), KEYS):
                yield {"symbol": symbol, "times": times[start : start + KEYS]}

    def rows(self, records: Records, pointer: Mapping[str, Any]) -> list[Row]:
        """Return the rows that ``pointer`` finds; those that were deleted since are not among them."""
        if self.route.place == ML_RECORDS:
            return records.find(ML_RECORDS, {"id": pointer["ids"], "table_name": self.route.data_type})
        times = [_EPOCH + timedelta(microseconds=one) for one in pointer["times"]]
        return records.find(MARKET_METRICS, {"symbol": pointer["symbol"], "timestamp": times})

    def document(self, row: Row) -> dict[str, Any]:
        """Return a record as a document: the same fields, its id and its event time."""
        if self.route.place == ML_RECORDS:
            return {
                "_id": row["id"],
                "time": row["event_time"],
                "source_app": row["source_app"],
                "data_type": row["data_type"],
                "processed_content": row["processed_content"],
                "features": row["features"],
                "created_at": row["created_at"].isoformat(),
            }
        return {
            "_id": bar_identity(row["symbol"], row["timestamp"]),
            "time": row["timestamp"],
            "source_app": row["source_app"],
            "data_type": MARKET_METRICS,
            "symbol": row["symbol"],
            "processed_content": {name: row[name] for name in OHLCV},
            "features": {},
            "created_at": row["created_at"].isoformat(),
        }

    def all_keys(self, store: RecordStore, tenant: Tenant) -> Iterator[list[dict[str, Any]]]:
        """Yield the keys of every row that is there, in portions."""
        with self._scan(store, tenant) as reader:
            for batch in reader:
                if batch.num_columns:
                    yield batch.to_pylist()

    def _scan(self, store: RecordStore, tenant: Tenant) -> AbstractContextManager[pa.RecordBatchReader]:
        if self.route.place == ML_RECORDS:
            where = {"table_name": self.route.data_type}
            return store.scan(tenant, ML_RECORDS, where, columns=["id"], order_by=["event_time"])
        return store.scan(
            tenant, MARKET_METRICS, columns=["symbol", "timestamp"], order_by=["symbol", "timestamp"]
        )


def publication_of(records: Records, route: Route) -> Publication | None:
    """Return how a type is published, or ``None``; called first in a transaction that writes that type.

    No publication of the type can begin before this transaction ends: either it writes outbox entries for its
    rows, or the one who begins to publish sees them.
    """
    records.lock(_lock(route), shared=True)
    row = records.get(PUBLICATIONS, data_type=route.data_type)
    return None if row is None else Publication(route, row["collection"])


def begin_publication(
    records: Records, route: Route, to: str | None, now: datetime
) -> tuple[Publication, bool]:
    """Return the publication of a type and whether it begins here; nobody writes that type meanwhile.

    Raises:
        ConflictError: it is published to another collection, or another type is published to this one.
    """
    records.lock(_lock(route))
    row = records.get(PUBLICATIONS, data_type=route.data_type)
    if row is None:
        chosen = to if to is not None else default_collection(route.data_type)
        records.lock(PUBLICATIONS)  # two types may begin at once
        if others := records.find(PUBLICATIONS, {"collection": chosen}):
            raise ConflictError(
                f"The type '{others[0]['data_type']}' is published to '{chosen}' and '{route.data_type}' cannot go "
                "there too."
            )
        records.insert(PUBLICATIONS, {"data_type": route.data_type, "collection": chosen, "created_at": now})
        return Publication(route, chosen), True
    if to is not None and to != row["collection"]:
        raise ConflictError(
            f"The type '{route.data_type}' is published to '{row['collection']}' and cannot go to '{to}' too."
        )
    return Publication(route, row["collection"]), False


def publishable(routing: Routing, data_type: object, owner: str) -> Route:
    """Return the route of a type that lives in tables.

    Raises:
        ParameterError: the type is unknown, or lives in documents already.
    """
    route = routing.of(data_type, owner)
    if route.store != "records" or len(route.data_type) > _LONGEST:
        tables = ", ".join(name for name in routing.data_types if routing.of(name, owner).store == "records")
        raise ParameterError.of("data_type", owner, f"a type that lives in tables: {tables}", data_type)
    return route


def collection_of(routing: Routing, to: object, owner: str) -> str:
    """Return the name of a collection that records may be published to: one that no type of data lives in."""
    name = identifier(to, "to", owner)
    taken = {routing.of(one, owner).place for one in routing.data_types}
    if name in taken:
        raise ParameterError.of("to", owner, "a collection that no type of data lives in", name)
    return name


def default_collection(data_type: str) -> str:
    """Return the collection that records of a type are published to when no other is named."""
    return f"published_{data_type}"[:100]


def refuse_default(routing: Routing, route: Route, to: str | None) -> None:
    """Refuse a collection that another type is published to when no other is named.

    Raises:
        ConflictError: it is such a one.
    """
    for other in routing.data_types:
        home = routing.of(other, "publish")
        if other != route.data_type and home.store == "records" and default_collection(other) == to:
            raise ConflictError(
                f"The collection '{to}' is kept for the type '{other}' and '{route.data_type}' cannot go there."
            )


def _lock(route: Route) -> str:
    return f"publish/{route.data_type}"


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
