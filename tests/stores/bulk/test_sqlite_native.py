"""Compiled reads of SQLite: the same answers as the standard library's driver, and the same refusals."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore, Stores
from ml_analytics.stores.bulk import sqlite as bulk_sqlite
from ml_analytics.stores.bulk import sqlite_native

SCHEMA = pa.schema([("name", pa.string()), ("price", pa.float64()), ("size", pa.int64())])
WAIT = 5.0
A, B = Tenant("tenant_a"), Tenant("tenant_b")
TIME = pa.timestamp("us", "UTC")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def bars(count: int) -> pa.Table:
    times = [NOON + timedelta(seconds=i) for i in range(count)]
    return pa.table(
        {
            "symbol": [f"S{i % 3}" for i in range(count)],
            "timestamp": pa.array(times, TIME),
            "close": [None if i % 11 == 0 else i / 7 for i in range(count)],
            "created_at": pa.array([NOON] * count, TIME),
        }
    )


def open_files() -> set[str]:
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the listing's own is gone by now
            found.add(str(one.readlink()))
    return found


def made(file: Path, rows: Sequence[tuple[object, ...]]) -> str:
    connection = sqlite3.connect(file)
    connection.execute("DROP TABLE IF EXISTS t")
    connection.execute("CREATE TABLE t (name TEXT, price REAL, size INTEGER)")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return str(file)


def read(
    file: str, query: str = "SELECT * FROM t", values: tuple[object, ...] = (), rows: int = 7
) -> pa.Table:
    return pa.Table.from_batches(sqlite_native.batches(file, query, values, SCHEMA, rows, WAIT), SCHEMA)


def test_this_python_shows_its_sqlite() -> None:
    assert sqlite_native.available()


texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
floats = st.none() | st.floats(allow_nan=False)
wholes = st.none() | st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(texts, floats, wholes), max_size=40), batch_rows=st.integers(1, 50))
def test_every_value_comes_back_as_it_was(
    tmp_path: Path, rows: list[tuple[object, ...]], batch_rows: int
) -> None:
    found = read(made(tmp_path / "a.db", rows), rows=batch_rows)
    found.validate(full=True)
    assert [tuple(row.values()) for row in found.to_pylist()] == rows


def test_a_text_larger_than_the_room_for_it(tmp_path: Path) -> None:
    rows = [("x" * length, 1.0, length) for length in (3, 100_000, 0, 2_000_000, 1)]
    found = read(made(tmp_path / "a.db", rows), rows=2)
    assert [len(text) for text in found["name"].to_pylist()] == found["size"].to_pylist()


def test_values_are_bound(tmp_path: Path) -> None:
    file = made(tmp_path / "a.db", [("a'; DROP TABLE t; --", 0.5, 3), ("b", 1.5, 2**40), ("c", None, None)])
    assert read(file, "SELECT * FROM t WHERE name = ?", ("a'; DROP TABLE t; --",))["size"].to_pylist() == [3]
    assert read(file, "SELECT * FROM t WHERE size = ?", (2**40,))["name"].to_pylist() == ["b"]
    assert read(file, "SELECT * FROM t WHERE price = ?", (0.5,))["size"].to_pylist() == [3]
    assert read(file, "SELECT * FROM t WHERE price IS ?", (None,))["name"].to_pylist() == ["c"]


@pytest.mark.parametrize(
    ("row", "column"),
    [(("a", "no number", 1), "price"), (("a", 1.0, "no number"), "size"), ((b"a", 1.0, 1), "name")],
)
def test_a_value_of_another_kind_is_refused(tmp_path: Path, row: tuple[object, ...], column: str) -> None:
    file = made(tmp_path / "a.db", [("fine", 1.0, 1)] * 10 + [row])
    with pytest.raises(sqlite3.DataError, match=f"'{column}'"):
        read(file)


def test_what_sqlite_refuses_is_said(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        read(str(tmp_path / "absent.db"))
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        read(made(tmp_path / "a.db", []), "SELECT * FROM absent")
    connection = sqlite3.connect(tmp_path / "b.db")
    connection.executescript(
        "CREATE TABLE t (name, price, size); INSERT INTO t VALUES (CAST(x'ff' AS TEXT), 1.0, 1)"
    )
    connection.close()
    with pytest.raises(sqlite3.OperationalError, match="UTF-8"):
        read(str(tmp_path / "b.db"))
    (tmp_path / "c.db").write_bytes(b"nothing like a database" * 500)
    with pytest.raises(sqlite3.OperationalError, match="not a database"):
        read(str(tmp_path / "c.db"))


def test_nothing_can_be_written(tmp_path: Path) -> None:
    file = made(tmp_path / "a.db", [("a", 1.0, 1)])
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        read(file, "DELETE FROM t RETURNING *")
    assert read(file).num_rows == 1


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not list open files")
def test_a_read_left_halfway_leaves_no_file_open(tmp_path: Path) -> None:
    file = made(tmp_path / "a.db", [("a", 1.0, 1)] * 100)
    reading = sqlite_native.batches(file, "SELECT * FROM t", (), SCHEMA, 10, WAIT)
    assert next(reading).num_rows == 10
    assert file in open_files()
    reading.close()  # type: ignore[attr-defined]
    assert file not in open_files()


def test_all_batches_see_one_moment_and_other_locks_stay(tmp_path: Path) -> None:
    """The connection is of the same library: closing it does not take the locks of the others."""
    file = made(tmp_path / "a.db", [("a", 1.0, 1)] * 100)
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    reading = sqlite_native.batches(file, "SELECT * FROM t", (), SCHEMA, 10, WAIT)
    next(reading)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM t")
    assert sum(batch.num_rows for batch in reading) == 90
    rival = sqlite3.connect(file, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        rival.execute("INSERT INTO t VALUES ('b', 1.0, 1)")
    writer.execute("COMMIT")
    assert read(file).num_rows == 0
    rival.close()
    writer.close()


@pytest.fixture
def store(stores: Stores) -> SqlRecordStore:
    assert isinstance(stores.records, SqlRecordStore)
    return stores.records


def scanned(store: SqlRecordStore, tenant: Tenant, **options: object) -> pa.Table:
    with store.scan(tenant, "market_metrics", **options) as reader:  # type: ignore[arg-type]
        return reader.read_all()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"order_by": None, "columns": ["close", "symbol"]},
        {"where": {"symbol": "S1"}, "order_by": ["-timestamp"]},
        {"where": {"symbol": ["S0", "S2"]}, "batch_rows": 100},
    ],
)
def test_a_scan_gives_the_same_by_either_way(
    store: SqlRecordStore, monkeypatch: pytest.MonkeyPatch, options: dict[str, object]
) -> None:
    for tenant, count in ((A, 1_000), (B, 10)):
        with store.begin(tenant) as records:
            records.insert_table("market_metrics", bars(count))
    for tenant in (A, B):
        slow = scanned(store, tenant, **options)
        monkeypatch.setattr(bulk_sqlite, "NATIVE_ROWS", 1)
        monkeypatch.setattr(bulk_sqlite, "_driver_batches", None)
        fast = scanned(store, tenant, **options)
        monkeypatch.undo()
        assert fast.equals(slow)
        assert slow.num_rows


def test_a_file_damaged_under_a_large_scan_is_an_error_and_not_an_end(
    store: SqlRecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin(A) as records:
        records.insert_table("market_metrics", bars(20_000))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    store.engine.dispose()
    with Path(str(store.engine.url.database)).open("r+b") as opened:
        opened.seek(200 * 4096)
        opened.write(b"\xff" * 4096 * 300)
    monkeypatch.setattr(bulk_sqlite, "NATIVE_ROWS", 1)
    with pytest.raises(StoreError, match="damaged"):
        scanned(store, A, batch_rows=1_000)


def test_a_build_that_hides_its_functions_is_served_by_the_driver(
    store: SqlRecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin(A) as records:
        records.insert_table("market_metrics", bars(100))
    monkeypatch.setattr(bulk_sqlite, "NATIVE_ROWS", 1)
    monkeypatch.setattr(sqlite_native, "_library", lambda: None)
    monkeypatch.setattr(bulk_sqlite, "_native_batches", None)
    assert scanned(store, A).num_rows == 100
