# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What every record store must do with whole Arrow tables; part of the records' contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from ...core.clock import TimeRange
from ...core.errors import ConflictError, ParameterError, StoreError, TenantError
from ...core.protocols import RecordStore
from ...core.tenant import Tenant

A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
TIME = pa.timestamp("us", "UTC")
SURROGATE = pa.Array.from_buffers(  # "\ud800" as some programs write it
    pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0\3\0\0\0"), pa.py_buffer(b"\xed\xa0\x80")]
)
KINDS = {
    "symbol": pa.string(), "timestamp": TIME, "open": pa.float64(), "high": pa.float64(), "low": pa.float64(),
    "close": pa.float64(), "volume": pa.float64(), "source_app": pa.string(), "document_id": pa.string(),
    "created_at": TIME,
}  # fmt: skip


def bars(count: int, *, start: int = 0, symbol: str = "BTC", **more: Any) -> pa.Table:
    """Return ``count`` minutes for ``market_metrics``; ``more`` replaces or adds columns."""
    minutes = [NOON + timedelta(minutes=start + i) for i in range(count)]
    columns = {
        "symbol": pa.array([symbol] * count, pa.string()),
        "timestamp": pa.array(minutes, TIME),
        "close": pa.array([float(start + i) for i in range(count)], pa.float64()),
        "created_at": pa.array([NOON] * count, TIME),
    }
    return pa.table({**columns, **more})


def models(count: int, **more: Any) -> pa.Table:
    """Return rows for ``models``."""
    names = pa.array([f"m{i}" for i in range(count)])
    return pa.table({"model_id": names, "created_at": pa.array([NOON] * count, TIME), **more})


class TableContract:
    """The laws of ``insert_table`` and ``scan``; :class:`RecordStoreContract` brings them."""

    def test_a_table_goes_in_and_comes_out(self, store: RecordStore) -> None:
        given = bars(3, open=pa.array([0.1, None, -1e308]), volume=pa.array([1, 2, 3]))
        with store.begin(A) as records:
            assert records.insert_table("market_metrics", given) == 3
            rows = records.find("market_metrics")
        assert [row["open"] for row in rows] == [0.1, None, -1e308]
        assert [row["volume"] for row in rows] == [1.0, 2.0, 3.0]
        assert [row["timestamp"] for row in rows] == given["timestamp"].to_pylist()
        assert all(row["source_app"] == "" and row["document_id"] is None for row in rows)
        with store.scan(A, "market_metrics") as reader:
            table = reader.read_all()
        assert {field.name: field.type for field in table.schema} == KINDS
        assert table.to_pylist() == [{name: row[name] for name in KINDS} for row in rows]

    def test_a_table_answers_as_rows_do(self, store: RecordStore) -> None:
        rows = [
            {"symbol": "é☃𝄞 'x'; --", "timestamp": NOON, "close": float("nan"), "open": 5e-324, "created_at": NOON},
            {"symbol": "", "timestamp": NOON, "close": float("inf"), "open": 0.1 + 0.2, "created_at": NOON},
        ]  # fmt: skip
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        with store.begin(A) as records:
            records.insert_new("market_metrics", rows)
        with store.begin(B) as records:
            assert records.insert_table("market_metrics", pa.table(columns)) == 2
        with store.read(A) as one, store.read(B) as other:
            assert one.find("market_metrics") == other.find("market_metrics")

    def test_a_table_leaves_known_rows_alone(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            assert records.insert_table("market_metrics", bars(3)) == 3
            again = bars(4, close=pa.array([-1.0] * 4))
            assert records.insert_table("market_metrics", again) == 1
            twice = pa.concat_tables([bars(2, start=10), bars(2, start=11)])
            assert records.insert_table("market_metrics", twice) == 3
            assert records.insert_table("market_metrics", bars(0)) == 0
            found = [row["close"] for row in records.find("market_metrics")]
        assert found == [0.0, 1.0, 2.0, -1.0, 10.0, 11.0, 12.0]

    def test_many_rows_of_a_table_and_a_few_known(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            records.insert_table("market_metrics", bars(5, start=60_010))
            assert records.insert_table("market_metrics", bars(120_001)) == 119_996
            assert records.count("market_metrics") == 120_001

    def test_a_table_is_part_of_its_transaction(self, store: RecordStore) -> None:
        with pytest.raises(ZeroDivisionError), store.begin(A) as records:
            records.insert("market_metrics", bars(1).to_pylist()[0])
            assert records.insert_table("market_metrics", bars(3)) == 2
            assert records.count("market_metrics") == 3
            raise ZeroDivisionError
        with store.read(A) as records:
            assert records.count("market_metrics") == 0
            with pytest.raises(StoreError):
                records.insert_table("market_metrics", bars(1))

    def test_a_dangling_table_keeps_nothing(self, store: RecordStore) -> None:
        version = {
            "model_id": "absent", "version": "1.0.0", "major": 1, "minor": 0, "patch": 0,
            "digest": "0" * 64, "fingerprint": "0" * 64, "created_at": NOON,
        }  # fmt: skip
        with pytest.raises(StoreError), store.begin(A) as records:
            records.insert("models", {"model_id": "m", "created_at": NOON})
            with pytest.raises(ConflictError, match="refers to"):
                records.insert_table("model_versions", pa.Table.from_pylist([version]))
        with store.read(A) as records:
            assert records.count("models") == 0

    def test_tables_of_tenants_never_meet(self, store: RecordStore) -> None:
        for tenant, symbol in ((A, "canary-a"), (B, "canary-b")):
            with store.begin(tenant) as records:
                records.insert_table("market_metrics", bars(2, symbol=symbol))
        own = bars(2, start=5, tenant_id=pa.array([A.id] * 2))
        with store.begin(A) as records:
            assert records.insert_table("market_metrics", own) == 2
            for other in ([A.id, B.id], [B.id, B.id], [A.id, None]):
                with pytest.raises(TenantError):
                    records.insert_table("market_metrics", bars(2, start=9, tenant_id=pa.array(other)))
        for tenant, symbol, count in ((A, "canary-a", 2), (B, "canary-b", 2)):
            with store.scan(tenant, "market_metrics") as reader:
                table = reader.read_all()
            assert "tenant_id" not in table.column_names
            assert table["symbol"].to_pylist().count(symbol) == count
            assert all(value in (symbol, "BTC") for value in table["symbol"].to_pylist())

    def test_json_travels_as_text(self, store: RecordStore) -> None:
        values = [{"a": [1, 2.5, None, True, "é☃𝄞"]}, {}, {"b": "\\u0000 and \\ud800"}]
        texts = pa.array([json.dumps(value) for value in values])
        with store.begin(A) as records:
            assert records.insert_table("models", models(3, metadata=texts)) == 3
        with store.begin(B) as records:
            records.insert_table("models", models(1, metadata=pa.array([{"x": 1}])))
            assert records.find("models")[0]["metadata"] == {"x": 1}
        with store.read(A) as records:
            assert [row["metadata"] for row in records.find("models")] == values
        with store.scan(A, "models", columns=["metadata"]) as reader:
            table = reader.read_all()
        assert table.schema.types == [pa.string()]
        assert [json.loads(text) for text in table["metadata"].to_pylist()] == values

    def test_whole_numbers_stay_whole(self, store: RecordStore) -> None:
        rows = pa.table(
            {
                "seq": pa.array([1, 2**62], pa.int64()),
                "at": pa.array([NOON] * 2, TIME),
                "action": ["a", "b"],
                "hash": ["0" * 64] * 2,
            }
        )
        with store.begin(A) as records:
            records.insert_table("audit", rows)
        with store.scan(A, "audit", columns=["seq", "detail"]) as reader:
            table = reader.read_all()
        assert table.schema.types == [pa.int64(), pa.string()]
        assert table["seq"].to_pylist() == [1, 2**62] and table["detail"].to_pylist() == ["{}"] * 2

    @pytest.mark.parametrize(
        ("name", "column"),
        [
            ("model_id", pa.array([None, "x"])), ("model_id", pa.array([1, 2])),
            ("model_id", pa.array(["x" * 101, "y"])), ("model_id", pa.array(["a\x00b", "y"])),
            ("description", SURROGATE),
            ("description", pa.array([b"x", b"y"])), ("metadata", pa.array(["{", "{}"])),
            ("metadata", pa.array(['{"a": NaN}', "{}"])), ("metadata", pa.array(['{"a": "\\u0000"}', "{}"])),
            ("metadata", pa.array(['{"\\ud800": 1}', "{}"])), ("created_at", pa.array(["now", "now"])),
            ("created_at", pa.array([None, NOON], TIME)), ("created_at", pa.nulls(2)),
            ("created_at", pa.array([datetime(2024, 1, 1)] * 2, pa.timestamp("us"))),
            ("created_at", pa.array([2**61] * 2, pa.int64()).cast(TIME)),
            ("created_at", pa.array([2**61] * 2, pa.int64()).cast(pa.timestamp("s", "UTC"))),
        ],
    )  # fmt: skip
    def test_columns_that_some_database_could_not_hold_are_refused(
        self, store: RecordStore, name: str, column: pa.Array
    ) -> None:
        given = models(2)
        given = given.drop_columns([name]) if name in given.column_names else given
        with store.begin(A) as records:
            with pytest.raises(ParameterError, match=name):
                records.insert_table("models", given.append_column(name, column))
            assert records.count("models") == 0

    @pytest.mark.parametrize("values", [[True], [1.5], ["1"], [2**31], [-(2**31) - 1]])
    def test_whole_numbers_of_a_table_are_whole_and_fit(self, store: RecordStore, values: list[Any]) -> None:
        with store.begin(A) as records, pytest.raises(ParameterError, match="major"):
            records.insert_table("model_versions", _version(major=pa.array(values)))

    @pytest.mark.parametrize("values", [[True], ["1.0"], [NOON]])
    def test_numbers_of_a_table_are_numbers(self, store: RecordStore, values: list[Any]) -> None:
        with store.begin(A) as records, pytest.raises(ParameterError, match="close"):
            records.insert_table("market_metrics", bars(1, close=pa.array(values)))

    def test_tables_are_made_of_known_columns(self, store: RecordStore) -> None:
        wrong: list[Any] = [
            bars(1, other=pa.array([1])),
            bars(1).drop_columns(["created_at"]),
            bars(1).append_column("close", pa.array([1.0])),
            bars(1).to_pylist(),
            None,
        ]
        with store.begin(A) as records:
            for data in wrong:
                with pytest.raises(ParameterError):
                    records.insert_table("market_metrics", data)
            with pytest.raises(ParameterError):
                records.insert_table("market_metrics; --", bars(1))
            assert records.count("market_metrics") == 0

    def test_nothing_is_written_before_everything_was_checked(self, store: RecordStore) -> None:
        late = pa.concat_tables([bars(60_000), bars(1, symbol="\x00")])
        with store.begin(A) as records:
            with pytest.raises(ParameterError, match="symbol"):
                records.insert_table("market_metrics", late)
            assert records.count("market_metrics") == 0

    def test_kinds_of_arrow_that_mean_the_same(self, store: RecordStore) -> None:
        symbol = pa.array(["BTC", "ETH"])
        for number, kind in enumerate(
            [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
        ):
            given = bars(2, start=number, symbol_=symbol).drop_columns(["symbol"])
            given = given.rename_columns({"symbol_": "symbol"})
            given = given.set_column(given.column_names.index("symbol"), "symbol", symbol.cast(kind))
            given = given.append_column("volume", pa.array([1, 2], pa.uint8()))
            with store.begin(A) as records:
                assert records.insert_table("market_metrics", given.slice(1)) == 1
        with store.scan(A, "market_metrics", columns=["symbol", "volume"]) as reader:
            assert reader.read_all().to_pylist() == [{"symbol": "ETH", "volume": 2.0}] * 3

    def test_times_of_any_zone_are_equal_after_the_way(self, store: RecordStore) -> None:
        zone = ZoneInfo("Europe/Berlin")
        moments = [
            datetime(2023, 10, 29, 2, 30, tzinfo=zone, fold=0),  # the hour that comes twice
            datetime(2023, 10, 29, 2, 30, tzinfo=zone, fold=1),
            datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        ]
        utc = [moment.astimezone(UTC) for moment in moments]
        assert utc[0] != utc[1]
        columns = {"model_id": [str(i) for i in range(6)], "created_at": pa.array(utc, TIME)}
        with store.begin(A) as records:
            records.insert_table("models", pa.table(columns))
            assert [row["created_at"] for row in records.find("models")] == utc
        local = pa.array(utc[:4], TIME).cast(pa.timestamp("ns", "America/New_York"))
        with store.begin(B) as records:
            for i, moment in enumerate(moments[:2]):
                records.insert("models", {"model_id": str(i), "created_at": moment})
            table = pa.table({"model_id": [str(i) for i in range(4)], "created_at": local})
            assert records.insert_table("models", table) == 2
        for tenant, expected in ((A, utc), (B, utc[:4])):
            with store.scan(tenant, "models", columns=["created_at"]) as reader:
                assert reader.schema.types == [TIME]
                assert reader.read_all()["created_at"].to_pylist() == expected

    def test_scan_finds_what_find_finds(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            for symbol in ("BTC", "it's; --", "ü%s\\"):
                records.insert_table("market_metrics", bars(10, symbol=symbol))
        span = {"timestamp": TimeRange(NOON + timedelta(minutes=2), NOON + timedelta(minutes=7))}
        for where, between, order in (
            ({}, None, ()),
            ({"symbol": "it's; --"}, span, ("-timestamp",)),
            ({"symbol": ["BTC", "ü%s\\"], "close": [2.0, 3.0, None]}, span, ("-symbol", "timestamp")),
            ({"symbol": [], "document_id": None}, None, ()),
            ({"timestamp": NOON, "tenant_id": A.id}, None, ("-symbol",)),
        ):
            with store.read(A) as records:
                expected = records.find("market_metrics", where, between=between, order_by=order)
            with store.scan(A, "market_metrics", where, between=between, order_by=order) as reader:
                table = reader.read_all()
            assert table.to_pylist() == expected and table.column_names == list(KINDS)

    def test_scan_gives_the_columns_asked_for_in_batches(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            records.insert_table("market_metrics", bars(1_000))
        with store.scan(A, "market_metrics", columns=["close", "symbol"], batch_rows=300) as reader:
            assert reader.schema.names == ["close", "symbol"]
            batches = list(reader)
        assert max(batch.num_rows for batch in batches) <= 300
        assert [row for batch in batches for row in batch["close"].to_pylist()] == [
            float(i) for i in range(1_000)
        ]

    def test_a_scan_of_nothing_has_a_schema(self, store: RecordStore) -> None:
        with store.scan(A, "models") as reader:
            table = reader.read_all()
        assert table.num_rows == 0 and "tenant_id" not in table.column_names
        assert table.schema.field("created_at").type == TIME

    def test_a_scan_sees_one_moment(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            records.insert_table("market_metrics", bars(2_000))
        with store.scan(A, "market_metrics", batch_rows=100) as reader:
            first = reader.read_next_batch()
            with store.begin(A) as records:
                records.delete("market_metrics", {})
                records.insert_table("market_metrics", bars(10, start=5_000))
            rest = sum(batch.num_rows for batch in reader)
        assert first.num_rows + rest == 2_000
        with store.scan(A, "market_metrics") as reader:
            assert reader.read_all().num_rows == 10

    def test_an_abandoned_scan_gives_its_connection_back(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            records.insert_table("market_metrics", bars(50_000))
        for _ in range(40):  # more than any pool has
            with store.scan(A, "market_metrics", batch_rows=10) as reader:
                reader.read_next_batch()
            with pytest.raises(StoreError, match="has ended"):
                reader.read_next_batch()
        with pytest.raises(ZeroDivisionError), store.scan(A, "market_metrics"):
            raise ZeroDivisionError
        with store.begin(A) as records:
            assert records.delete("market_metrics", {}) == 50_000

    @pytest.mark.parametrize("scope", [None, "tenant_a", 0])
    def test_no_scope_no_scan(self, store: RecordStore, scope: Any) -> None:
        with pytest.raises(TenantError), store.scan(scope, "models"):
            pass
        with pytest.raises(TenantError), store.scan(A, "models", {"tenant_id": B.id}):
            pass

    @pytest.mark.parametrize("name", ["name;DROP--", "model_id DESC", "--model_id", "", "tenant_id", None, 5])
    def test_names_of_a_scan_go_by_enumeration(self, store: RecordStore, name: Any) -> None:
        for wrong in (
            {"table": name},
            {"columns": [name]},
            {"columns": ["model_id", name]},
            {"order_by": [name]},
            {"where": {name: "x"}},
            {"between": {name: TimeRange()}},
        ):
            given: dict[str, Any] = {"table": "models", **wrong}
            with pytest.raises((ParameterError, TenantError)), store.scan(A, **given):
                pass

    def test_what_a_scan_is_asked_is_checked(self, store: RecordStore) -> None:
        wrong: list[dict[str, Any]] = [
            {"columns": []}, {"columns": "model_id"}, {"columns": ["model_id", "model_id"]},
            {"order_by": "model_id"}, {"order_by": ["metadata"]}, {"batch_rows": 0}, {"batch_rows": 1.5},
            {"where": {"model_id": {"$ne": None}}}, {"where": {"metadata": "x"}},
            {"where": {"created_at": datetime(2024, 1, 1)}}, {"between": {"model_id": TimeRange()}},
        ]  # fmt: skip
        for given in wrong:
            with pytest.raises(ParameterError), store.scan(A, "models", **given):
                pass

    def test_tenants_are_listed_by_name(self, store: RecordStore) -> None:
        assert store.tenants() == []
        for tenant in (B, A, A):
            with store.begin(tenant) as records:
                records.insert_table("market_metrics", bars(1))
        with pytest.raises(ZeroDivisionError), store.begin(Tenant("turned_back")):
            raise ZeroDivisionError
        assert store.tenants() == [A, B]


def _version(**more: pa.Array) -> pa.Table:
    columns = {
        "model_id": ["m"], "version": ["1.0.0"], "major": pa.array([1]), "minor": pa.array([0]),
        "patch": pa.array([0]), "digest": ["0" * 64], "fingerprint": ["0" * 64],
        "created_at": pa.array([NOON], TIME),
    }  # fmt: skip
    return pa.table({**columns, **more})
