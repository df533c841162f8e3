from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from ml_analytics.core.errors import StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore, Stores

A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
TIME = pa.timestamp("us", "UTC")


@pytest.fixture
def store(stores: Stores) -> SqlRecordStore:
    assert isinstance(stores.records, SqlRecordStore)
    return stores.records


def bars(count: int) -> pa.Table:
    times = [NOON + timedelta(seconds=i) for i in range(count)]
    return pa.table(
        {
            "symbol": [f"S{i % 3}" for i in range(count)],
            "timestamp": pa.array(times, TIME),
            "close": [i / 7 for i in range(count)],
            "created_at": pa.array([NOON] * count, TIME),
        }
    )


@pytest.mark.parametrize("count", [1, 299, 300, 301, 601, 50_299])
def test_every_row_is_written_whatever_their_number(store: SqlRecordStore, count: int) -> None:
    given = bars(count)
    with store.begin(A) as records:
        assert records.insert_table("market_metrics", given) == count
        assert records.insert_table("market_metrics", given) == 0
    with store.scan(A, "market_metrics", columns=given.column_names) as reader:
        found = reader.read_all()
    assert found.equals(given.sort_by([("symbol", "ascending"), ("timestamp", "ascending")]))


@pytest.mark.parametrize("order", [None, ()])
def test_a_tenant_alone_and_among_others_is_given_the_same(
    store: SqlRecordStore, order: tuple[()] | None
) -> None:
    def found(tenant: Tenant) -> list[float]:
        with store.scan(tenant, "market_metrics", columns=["close"], order_by=order) as reader:
            return sorted(reader.read_all()["close"].to_pylist())

    with store.begin(A) as records:
        records.insert_table("market_metrics", bars(1_000))
    alone = found(A)
    with store.begin(B) as records:
        records.insert_table("market_metrics", bars(10))
    assert found(A) == alone == sorted(bars(1_000)["close"].to_pylist())
    assert len(found(B)) == 10


def test_times_without_a_fraction_are_read_too(store: SqlRecordStore) -> None:
    with store.begin(A) as records:
        records.insert("models", {"model_id": "m", "created_at": NOON})
    with store.engine.begin() as connection:  # as SQLite's own CURRENT_TIMESTAMP writes it
        connection.exec_driver_sql("UPDATE models SET created_at = '2024-03-01 12:00:00'")
    with store.scan(A, "models", columns=["created_at", "archived_at"]) as reader:
        assert reader.read_all().to_pylist() == [{"created_at": NOON, "archived_at": None}]


def test_a_file_damaged_under_a_scan_is_an_error_and_not_an_end(store: SqlRecordStore) -> None:
    with store.begin(A) as records:
        records.insert_table("market_metrics", bars(20_000))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    store.engine.dispose()
    file = str(store.engine.url.database)
    with open(file, "r+b") as opened:  # noqa: PTH123
        opened.seek(200 * 4096)
        opened.write(b"\xff" * 4096 * 300)
    with (
        pytest.raises(StoreError, match="damaged"),
        store.scan(A, "market_metrics", batch_rows=1_000) as reader,
    ):
        for _ in reader:
            pass
