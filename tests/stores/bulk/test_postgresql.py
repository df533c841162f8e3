from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from sqlalchemy import make_url

from ml_analytics.core.errors import StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore, Stores
from ml_analytics.stores.bulk.postgresql import conninfo

NOW = datetime(2024, 1, 1, tzinfo=UTC)
TENANTS = [Tenant(f"tenant_{letter}") for letter in "abcd"]


@pytest.fixture
def store(postgres_stores: Stores) -> Iterator[SqlRecordStore]:
    """Give a store over 2,000 models of each tenant, named after it."""
    assert isinstance(postgres_stores.records, SqlRecordStore)
    made = SqlRecordStore(postgres_stores.records.engine)
    for tenant in TENANTS:
        names = [f"{tenant.id}-{i}" for i in range(2_000)]
        rows = {"model_id": names, "created_at": pa.array([NOW] * 2_000, pa.timestamp("us", "UTC"))}
        with made.begin(tenant) as records:
            records.insert_table("models", pa.table(rows))
    yield made
    made.close()


def names(store: SqlRecordStore, tenant: Tenant) -> list[str]:
    with store.scan(tenant, "models", columns=["model_id"], batch_rows=100) as reader:
        found: list[str] = reader.read_all()["model_id"].to_pylist()
    return found


def test_threads_stream_side_by_side(store: SqlRecordStore) -> None:
    work = TENANTS * 6
    with ThreadPoolExecutor(8) as pool:
        for tenant, found in zip(work, pool.map(lambda one: names(store, one), work), strict=True):
            assert len(found) == 2_000 and all(name.startswith(f"{tenant.id}-") for name in found)
    assert store._arrow is not None and 1 <= len(store._arrow._idle) <= 4


def test_one_connection_is_used_again(store: SqlRecordStore) -> None:
    names(store, TENANTS[0])
    assert store._arrow is not None
    (first,) = store._arrow._idle
    names(store, TENANTS[1])
    assert store._arrow._idle == [first]
    store.close()
    assert store._arrow._idle == []
    assert len(names(store, TENANTS[0])) == 2_000  # closing only closes what is idle


def test_the_tenants_in_the_scan_of_one_are_its_own_while_another_is_open(store: SqlRecordStore) -> None:
    with store.scan(TENANTS[0], "models", batch_rows=10) as outer:
        outer.read_next_batch()
        assert all(name.startswith("tenant_b-") for name in names(store, TENANTS[1]))
        assert all(name.startswith("tenant_a-") for name in outer.read_next_batch()["model_id"].to_pylist())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_streams_on_connections_of_its_own(store: SqlRecordStore) -> None:
    names(store, TENANTS[0])
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if len(names(store, TENANTS[1])) == 2_000 else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store._arrow is not None
    (before,) = store._arrow._idle
    assert len(names(store, TENANTS[2])) == 2_000
    assert store._arrow._idle == [before]  # and the child did not hang up on it


def test_a_scan_is_read_only(store: SqlRecordStore) -> None:
    assert store._arrow is not None
    connection, cursor = store._arrow._begun(TENANTS[0].id)
    try:
        with pytest.raises(Exception, match="read-only transaction"):
            cursor.execute("DELETE FROM models")
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("postgresql://me:p%40ss%20word@host:5433/db", r"password='p@ss word'"),
        ("postgresql+psycopg://me:s@/db?host=/tmp&options=-c%20work_mem%3D1MB", "options='-c work_mem=1MB'"),
        ("postgresql://host/db", "connect_timeout=10"),
        ("postgresql://host/db?connect_timeout=3", "connect_timeout=3"),
    ],
)
def test_addresses_become_libpqs(url: str, part: str) -> None:
    assert part in conninfo(make_url(url))


def test_an_ended_stream_says_so(store: SqlRecordStore) -> None:
    with store.scan(TENANTS[0], "models") as reader:
        pass
    with pytest.raises(StoreError, match="inside its 'with' block"):
        reader.read_all()
