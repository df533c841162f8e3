from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from ml_analytics.core.errors import StoreError, TenantError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore, Stores
from ml_analytics.stores.online import SqlOnlineStore
from ml_analytics.stores.point_reads import MOST_KEYS, PointReads
from ml_analytics.stores.tables import METADATA, ONLINE_FEATURES
from ml_analytics.stores.testing.online import row

A, B = Tenant("tenant_a"), Tenant("tenant_b")


@pytest.fixture
def points(stores: Stores) -> PointReads:
    assert isinstance(stores.records, SqlRecordStore)
    stores.online.write(A, "view", 1, [row("e", x=1), row("f", x=2)])
    return PointReads(stores.records.engine, ONLINE_FEATURES, ["values"])


def test_a_row_of_this_tenant_alone(points: PointReads) -> None:
    assert points.read(A, [("view", 1, "e")]) == [('{"x":1}',)]
    assert points.read(B, [("view", 1, "e")]) == [None]
    assert points.read(A, [("view", 1, "f"), ("view", 2, "f"), ("view", 1, "e")]) == [
        ('{"x":2}',),
        None,
        ('{"x":1}',),
    ]
    nobody: Any = "tenant_a"
    with pytest.raises(TenantError):
        points.read(nobody, [("view", 1, "e")])


@pytest.mark.parametrize("table", METADATA.tables.values(), ids=str)
def test_the_key_of_every_table_begins_with_its_tenant(stores: Stores, table: Table) -> None:
    assert isinstance(stores.records, SqlRecordStore)
    made = PointReads(stores.records.engine, table, [next(iter(table.primary_key)).name])
    assert made.read(A, [("nothing",) * (len(list(table.primary_key)) - 1)]) is not None


def test_a_table_without_a_tenant_is_refused(stores: Stores) -> None:
    assert isinstance(stores.records, SqlRecordStore)
    table = Table("bare", MetaData(), Column("id", Integer, primary_key=True))
    with pytest.raises(ValueError, match="does not begin with its tenant"):
        PointReads(stores.records.engine, table, ["id"])


def test_what_sqlite_refuses_is_a_store_error_of_the_ordinary_way(stores: Stores, points: PointReads) -> None:
    assert isinstance(stores.records, SqlRecordStore)
    with stores.records.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE online_features")
    assert points.read(A, [("view", 1, "e")]) is None
    with pytest.raises(StoreError, match="no such table"):
        stores.online.read(A, "view", 1, ["e"])


def test_no_transaction_stays_open(stores: Stores, points: PointReads) -> None:
    for _ in range(100):  # more often than there are connections
        points.read(A, [("view", 1, "e"), ("view", 1, "f")])
    stores.online.write(A, "view", 1, [row("e", 1, x=3)])
    assert points.read(A, [("view", 1, "e"), ("view", 1, "f")]) == [('{"x":3}',), ('{"x":2}',)]


@pytest.mark.parametrize("count", [1, 2, MOST_KEYS, MOST_KEYS + 1])
def test_both_ways_of_reading_give_the_same(stores: Stores, count: int) -> None:
    assert isinstance(stores.online, SqlOnlineStore)
    names = [f"e{number}" for number in range(count)]
    given = [row(name, number, -number, x=number) for number, name in enumerate(names)]
    stores.online.write(A, "view", 1, given)
    quick = stores.online.read(A, "view", 1, names)
    stores.online._points = None
    assert quick == stores.online.read(A, "view", 1, names) == given
