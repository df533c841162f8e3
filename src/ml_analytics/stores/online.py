"""Online features in a table beside the records: one row per entity, the newest wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement

from ..core.protocols import Row
from ..core.tenant import Tenant, require_tenant
from ..core.values import OnlineRow
from .engine import is_postgresql
from .online_rows import is_newer, newest_rows, read_values, require_entities, require_view, values_text
from .point_reads import MOST_KEYS, PointReads
from .records import SqlRecords, SqlRecordStore
from .tables import ONLINE_FEATURES

_CHUNK = 5_000
_COLUMNS = ONLINE_FEATURES.c
_VALUES = ("event_time", "created_time", "values")


class SqlOnlineStore:
    """The newest features of each entity (:class:`~ml_analytics.core.protocols.OnlineStore`).

    Built over a record store, which adds the tenant to every statement. Writers of one view wait for each
    other; readers wait for nobody and see a call's rows all at once.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from ml_analytics.stores import open_stores
    >>> day = datetime(2024, 1, 2, tzinfo=UTC)
    >>> with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
    ...     written = stores.online.write(Tenant(), "users", 1, [OnlineRow("u1", day, day, {"spend": 9.5})])
    ...     [one and one.values for one in stores.online.read(Tenant(), "users", 1, ["u1", "u2"])]
    [{'spend': 9.5}, None]
    """

    def __init__(self, records: SqlRecordStore) -> None:
        self._records = records
        embedded = not is_postgresql(records.engine)
        self._points = PointReads(records.engine, ONLINE_FEATURES, _VALUES) if embedded else None

    def write(self, tenant: Tenant, view: str, version: int, rows: Iterable[OnlineRow]) -> int:
        """Keep each entity's newest row by (event time, created time); return how many entities changed.

        All or nothing: what cannot be kept is refused before anything is written.

        Raises:
            TenantError: no scope.
            ParameterError: a row or the view cannot be (see
                :func:`~ml_analytics.stores.online_rows.newest_rows`).
            StoreError: the database cannot be written; nothing was kept, again is safe.
        """
        scope, place = require_tenant(tenant), require_view(view, version)
        newest = newest_rows(rows)
        if not newest:
            return 0
        with self._records.begin(scope) as records:
            records.lock(f"online/{place[0]}/{place[1]}")
            return sum(_replace(records, place, chunk) for chunk in _chunks(list(newest.values())))

    def read(
        self, tenant: Tenant, view: str, version: int, entities: Sequence[str]
    ) -> list[OnlineRow | None]:
        """Return one row per entity, in the order asked for; ``None`` for an unknown one.

        Raises:
            TenantError: no scope.
            ParameterError: the view or an entity cannot be.
            StoreError: the database cannot be read.
        """
        scope, place = require_tenant(tenant), require_view(view, version)
        asked = require_entities(entities)
        if self._points is not None and 0 < len(asked) <= MOST_KEYS:
            rows = self._points.read(scope, [(*place, entity) for entity in asked])
            if rows is not None:
                return [
                    None if row is None else _point(entity, *row)
                    for entity, row in zip(asked, rows, strict=True)
                ]
        found: dict[str, OnlineRow] = {}
        with self._records.read(scope) as records:
            for chunk in _chunks(list(dict.fromkeys(asked))):
                for row in records.select(ONLINE_FEATURES, _of(place, chunk)):
                    found[row["entity"]] = _row(row)
        return [found.get(entity) for entity in asked]

    def clear(self, tenant: Tenant, view: str, version: int) -> None:
        """Forget a view's rows; errors as :meth:`write`."""
        scope, (name, number) = require_tenant(tenant), require_view(view, version)
        with self._records.begin(scope) as records:
            records.delete("online_features", {"view": name, "version": number})


def _replace(records: SqlRecords, place: tuple[str, int], rows: list[OnlineRow]) -> int:
    """Put the rows that are newer in the place of those that are there; the view is locked."""
    known = {
        row["entity"]: _row(row)
        for row in records.select(ONLINE_FEATURES, _of(place, [row.entity for row in rows]))
    }
    changed = [row for row in rows if row.entity not in known or is_newer(row, known[row.entity])]
    if outdated := [row.entity for row in changed if row.entity in known]:
        records.delete_rows(ONLINE_FEATURES, _of(place, outdated))
    return records.insert_new("online_features", (_columns(place, row) for row in changed))


def _of(place: tuple[str, int], entities: list[str]) -> list[ColumnElement[bool]]:
    entity = _COLUMNS.entity == entities[0] if len(entities) == 1 else _COLUMNS.entity.in_(entities)
    return [_COLUMNS.view == place[0], _COLUMNS.version == place[1], entity]


def _columns(place: tuple[str, int], row: OnlineRow) -> dict[str, Any]:
    return {
        "view": place[0],
        "version": place[1],
        "entity": row.entity,
        "event_time": row.event_time,
        "created_time": row.created_time,
        "values": values_text(row.values),
    }


def _row(found: Row) -> OnlineRow:
    return OnlineRow(
        found["entity"], found["event_time"], found["created_time"], read_values(found["values"])
    )


def _point(entity: str, event_time: str, created_time: str, values: str) -> OnlineRow:
    return OnlineRow(entity, _utc(event_time), _utc(created_time), read_values(values))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _chunks(items: list[Any]) -> Iterator[list[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
