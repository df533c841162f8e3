# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What every record store must do."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from ...core.clock import TimeRange
from ...core.errors import ConflictError, ParameterError, StoreError, TenantError
from ...core.protocols import RecordStore
from ...core.tenant import Tenant
from .json_values import JsonContract
from .tables import TableContract

A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def model(model_id: str, **more: Any) -> dict[str, Any]:
    """Return a row for the table ``models``."""
    return {"model_id": model_id, "created_at": NOON, **more}


def bar(minute: int, symbol: str = "BTC", **more: Any) -> dict[str, Any]:
    """Return a row for the table ``market_metrics``."""
    moment = NOON + timedelta(minutes=minute)
    return {"symbol": symbol, "timestamp": moment, "close": float(minute), "created_at": NOON, **more}


class TurnedBackError(Exception):
    """Raised inside a transaction on purpose."""


class RecordStoreContract(TableContract, JsonContract):
    """Subclass it and give a fixture ``store`` with an empty store."""

    @pytest.fixture
    def store(self) -> Iterator[RecordStore]:
        """Give an empty store."""
        raise NotImplementedError("give a fixture 'store'")

    def test_what_goes_in_comes_out(self, store: RecordStore) -> None:
        values = {"metadata": {"a": [1, 2.5, None, True, "é☃𝄞"], "b": {}}, "description": "it's; -- 'x'"}
        with store.begin(A) as records:
            records.insert("models", model("m", **values))
        with store.read(A) as records:
            row = records.get("models", model_id="m")
        assert row == {**model("m", **values), "model_type": "", "archived_at": None}

    def test_times_come_back_aware_in_utc(self, store: RecordStore) -> None:
        kathmandu = timezone(timedelta(hours=5, minutes=45))
        local = datetime(2024, 1, 1, 0, 0, 0, 123456, tzinfo=kathmandu)
        with store.begin(A) as records:
            records.insert("models", model("m", created_at=local))
            row = records.get("models", model_id="m")
        assert row is not None and row["created_at"] == local and row["created_at"].tzinfo is UTC

    def test_numpy_values_become_plain_and_nan_becomes_null(self, store: RecordStore) -> None:
        given: dict[str, Any] = {
            "open": np.float64(1.5),
            "high": np.nan,
            "low": np.int64(1),
            "volume": float("inf"),
        }
        with store.begin(A) as records:
            records.insert("market_metrics", bar(0, **given))
            row = records.find("market_metrics")[0]
        assert (row["open"], row["high"], row["low"], row["volume"]) == (1.5, None, 1.0, None)
        assert type(row["open"]) is float

    def test_a_second_row_of_one_key_conflicts_and_the_transaction_goes_on(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            records.insert("models", model("m", description="first"))
            with pytest.raises(ConflictError):
                records.insert("models", model("m", description="second"))
            records.insert("models", model("n"))
        with store.read(A) as records:
            assert [row["description"] for row in records.find("models")] == ["first", ""]

    def test_a_dangling_reference_conflicts_and_nothing_is_kept(self, store: RecordStore) -> None:
        version = {
            "model_id": "absent", "version": "1.0.0", "major": 1, "minor": 0, "patch": 0,
            "digest": "0" * 64, "fingerprint": "0" * 64, "created_at": NOON,
        }  # fmt: skip
        with pytest.raises(StoreError), store.begin(A) as records:
            records.insert("models", model("m"))
            with pytest.raises(ConflictError):
                records.insert("model_versions", version)
            # Swallowed; but the database gave the transaction up, so it must not look committed.
        with store.read(A) as records:
            assert records.count("models") == 0

    def test_an_exception_rolls_everything_back(self, store: RecordStore) -> None:
        with pytest.raises(TurnedBackError), store.begin(A) as records:
            records.insert("models", model("m"))
            raise TurnedBackError
        with store.read(A) as records:
            assert records.count("models") == 0

    def test_insert_new_counts_what_was_added(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            assert records.insert_new("market_metrics", []) == 0
            assert records.insert_new("market_metrics", (bar(i) for i in (1, 2, 2, 3))) == 3
            assert records.insert_new("market_metrics", [bar(3, close=-1.0), bar(4)]) == 1
            assert [row["close"] for row in records.find("market_metrics")] == [1.0, 2.0, 3.0, 4.0]

    def test_many_rows_in_chunks(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            assert records.insert_new("market_metrics", (bar(i) for i in range(12_001))) == 12_001
            assert records.insert_new("market_metrics", (bar(i) for i in range(11_999, 12_011))) == 10
            assert records.count("market_metrics") == 12_011

    def test_find_tests_equality_one_of_and_null(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            for name, archived in (("a", None), ("b", NOON), ("c", None)):
                records.insert("models", model(name, archived_at=archived))

            def names(where: Mapping[str, Any]) -> list[str]:
                found = [row["model_id"] for row in records.find("models", where)]
                assert len(found) == records.count("models", where)
                return found

            assert names({"archived_at": None}) == ["a", "c"]
            assert names({"archived_at": NOON}) == ["b"]
            assert names({"archived_at": [NOON, None]}) == ["a", "b", "c"]
            assert names({"model_id": ["c", "a", "absent"]}) == ["a", "c"]
            assert names({"model_id": ("b",), "archived_at": None}) == []
            assert names({"model_id": []}) == []
            assert names({}) == ["a", "b", "c"]

    def test_find_orders_and_limits(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            for name, kind in (("Z", "x"), ("a", "y"), ("B", "y"), ("é", "x")):
                records.insert("models", model(name, model_type=kind))

            def names(*order: str, limit: int | None = None) -> list[str]:
                return [row["model_id"] for row in records.find("models", order_by=order, limit=limit)]

            assert names() == ["B", "Z", "a", "é"]  # by code point, the same on every database
            assert names("-model_id") == ["é", "a", "Z", "B"]
            assert names("model_type") == ["Z", "é", "B", "a"]
            assert names("-model_type", "-model_id", limit=3) == ["a", "B", "é"]
            assert names(limit=0) == []

    def test_null_sorts_as_the_smallest(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            for name, archived in (("a", NOON), ("b", None)):
                records.insert("models", model(name, archived_at=archived))
            for order, names in (("archived_at", ["b", "a"]), ("-archived_at", ["a", "b"])):
                assert [row["model_id"] for row in records.find("models", order_by=[order])] == names

    def test_between_is_half_open(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            records.insert_new("market_metrics", [bar(i) for i in range(5)])
            span = TimeRange(NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
            for asked, minutes in (
                (span, [1, 2]),
                (TimeRange(start=span.end), [3, 4]),
                (TimeRange(end=span.start), [0]),
                (TimeRange(), [0, 1, 2, 3, 4]),
            ):
                found = records.find("market_metrics", between={"timestamp": asked})
                assert [row["close"] for row in found] == minutes

    def test_update_and_delete_say_how_many(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            for name in "abc":
                records.insert("models", model(name))
            assert records.update("models", {"model_id": ["a", "b"]}, {"archived_at": NOON}) == 2
            assert records.update("models", {"model_id": "absent"}, {"archived_at": NOON}) == 0
            assert records.count("models", {"archived_at": NOON}) == 2
            assert records.delete("models", {"archived_at": NOON}) == 2
            assert records.delete("models", {}) == 1
            assert records.find("models") == []

    def test_tenants_never_meet(self, store: RecordStore) -> None:
        for tenant in (A, B):
            with store.begin(tenant) as records:
                records.insert("models", model("same", description=tenant.id))
        with store.begin(B) as records:
            assert [row["description"] for row in records.find("models")] == [B.id]
            assert records.count("models") == 1
            assert records.update("models", {}, {"description": "changed"}) == 1
            assert records.delete("models", {}) == 1
        with store.read(A) as records:
            row = records.get("models", model_id="same")
        assert row is not None and row["description"] == A.id and "tenant_id" not in row

    def test_a_row_of_another_tenant_is_refused(self, store: RecordStore) -> None:
        other = {"tenant_id": B.id}
        with store.begin(A) as records:
            records.insert("models", model("own", tenant_id=A.id))
            for reach_outside in (
                lambda: records.insert("models", model("m", **other)),
                lambda: records.insert_new("models", [model("m", **other)]),
                lambda: records.find("models", other),
                lambda: records.count("models", other),
                lambda: records.get("models", model_id="m", **other),
                lambda: records.update("models", {}, other),
                lambda: records.update("models", other, {"description": "x"}),
                lambda: records.delete("models", other),
            ):
                with pytest.raises(TenantError):
                    reach_outside()

    @pytest.mark.parametrize("scope", [None, "tenant_a", "", 0, object()])
    def test_no_scope_no_access(self, store: RecordStore, scope: Any) -> None:
        for way in (store.begin, store.read):
            with pytest.raises(TenantError), way(scope):
                pass

    @pytest.mark.parametrize(
        "name", ["no_such", "models; DROP TABLE models", "", None, "tenant_id", "alembic_version", 5]
    )
    def test_unknown_tables_and_columns_are_refused(self, store: RecordStore, name: Any) -> None:
        with store.begin(A) as records:
            records.insert("models", model("m"))
            for wrong in (
                lambda: records.find(name),
                lambda: records.insert(name, model("x")),
                lambda: records.find("models", order_by=[name]),
                lambda: records.find("models", order_by=[f"-{name}"]),
                lambda: records.find("models", between={name: TimeRange()}),
            ):
                with pytest.raises(ParameterError):
                    wrong()
            for wrong in (
                lambda: records.find("models", {name: "x"}),
                lambda: records.insert("models", {**model("x"), name: "x"}),
            ):
                with pytest.raises((ParameterError, TenantError)):
                    wrong()
            assert records.count("models") == 1

    @pytest.mark.parametrize(
        "where",
        [
            {"model_id": {"$ne": None}},
            {"$where": "1 == 1"},
            {"model_id.x": "m"},
            {"metadata": "x"},
            {"model_id": [["m"]]},
            {"model_id": [{"$gt": ""}]},
            {"model_id": 1},
            {"model_id": {"m"}},
            {"created_at": "2024-01-01"},
            {"created_at": datetime(2024, 1, 1)},
        ],
    )
    def test_operators_and_wrong_kinds_are_refused(self, store: RecordStore, where: dict[str, Any]) -> None:
        with store.begin(A) as records:
            records.insert("models", model("m"))
            for wrong in (
                lambda: records.find("models", where),
                lambda: records.count("models", where),
                lambda: records.delete("models", where),
                lambda: records.update("models", where, {"description": "x"}),
            ):
                with pytest.raises(ParameterError):
                    wrong()
            assert records.count("models", {"description": ""}) == 1

    @pytest.mark.parametrize("order", ["name;DROP--", "model_id DESC", "--model_id", "", "-", "metadata"])
    def test_sorting_goes_by_enumeration(self, store: RecordStore, order: str) -> None:
        with store.read(A) as records, pytest.raises(ParameterError):
            records.find("models", order_by=[order])

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("model_id", None), ("model_id", 5), ("model_id", "x" * 101), ("model_id", "a\x00b"),
            ("model_id", "\ud800"), ("description", "a\x00b"), ("metadata", {"a": ["\x00"]}),
            ("metadata", {"\udfff": 1}), ("metadata", {"a": object()}), ("metadata", {"n": 10**5000}),
            ("created_at", "now"), ("created_at", None), ("created_at", datetime(2024, 1, 1)),
        ],
    )  # fmt: skip
    def test_values_that_some_database_could_not_hold_are_refused(
        self, store: RecordStore, column: str, value: Any
    ) -> None:
        with store.begin(A) as records:
            with pytest.raises(ParameterError, match=column):
                records.insert("models", {**model("m"), column: value})
            assert records.count("models") == 0

    @pytest.mark.parametrize("value", [True, 1.5, "1", 2**31, -(2**31) - 1])
    def test_whole_numbers_are_whole_and_fit(self, store: RecordStore, value: Any) -> None:
        with store.read(A) as records, pytest.raises(ParameterError, match="major"):
            records.find("model_versions", {"major": value})

    def test_text_that_only_looks_like_an_escape_is_fine(self, store: RecordStore) -> None:
        tricky = {"a": "\\u0000 and \\ud800", "b": "emoji 😀"}
        with store.begin(A) as records:
            records.insert("models", model("m", metadata=tricky))
            row = records.get("models", model_id="m")
        assert row is not None and row["metadata"] == tricky

    def test_get_wants_the_whole_key(self, store: RecordStore) -> None:
        with store.read(A) as records:
            assert records.get("model_versions", model_id="m", version="1.0.0") is None
            for key in ({"model_id": "m"}, {}, {"model_id": "m", "version": "1", "major": 1}):
                with pytest.raises(ParameterError):
                    records.get("model_versions", **key)

    def test_reading_cannot_write(self, store: RecordStore) -> None:
        with store.read(A) as records:
            for write in (
                lambda: records.insert("models", model("m")),
                lambda: records.insert_new("models", [model("m")]),
                lambda: records.update("models", {}, {"description": "x"}),
                lambda: records.delete("models", {}),
                lambda: records.lock("x"),
            ):
                with pytest.raises(StoreError):
                    write()
            assert records.count("models") == 0

    def test_a_reader_sees_one_moment(self, store: RecordStore) -> None:
        with store.read(A) as reader:
            assert reader.count("models") == 0
            with store.begin(A) as records:
                records.insert("models", model("m"))
            assert reader.count("models") == 0
        with store.read(A) as reader:
            assert reader.count("models") == 1

    def test_an_ended_transaction_cannot_be_used(self, store: RecordStore) -> None:
        with store.begin(A) as records:
            pass
        with pytest.raises(StoreError):
            records.count("models")

    def test_limits_are_whole_numbers(self, store: RecordStore) -> None:
        limits: list[Any] = [-1, 1.5, "1; DROP TABLE models", True]
        with store.read(A) as records:
            for limit in limits:
                with pytest.raises(ParameterError):
                    records.find("models", limit=limit)

    def test_lock_lets_one_past_at_a_time(self, store: RecordStore) -> None:
        threads, rounds = 8, 5
        failures: list[BaseException] = []

        def add_one() -> None:
            try:
                for _ in range(rounds):
                    with store.begin(A) as records:
                        records.lock("audit")
                        last = records.find("audit", order_by=["-seq"], limit=1)
                        seq = last[0]["seq"] + 1 if last else 1
                        entry = {"seq": seq, "at": NOON, "action": "test", "hash": "0" * 64}
                        records.insert("audit", entry)
            except BaseException as error:  # noqa: BLE001 - shown below
                failures.append(error)

        _together(threads, add_one)
        assert failures == []
        with store.read(A) as records:
            found = [row["seq"] for row in records.find("audit", order_by=["seq"])]
        assert found == list(range(1, threads * rounds + 1))

    def test_sixty_four_writers_at_once(self, store: RecordStore) -> None:
        failures: list[BaseException] = []
        names = iter(range(64))
        lock = threading.Lock()

        def register() -> None:
            with lock:
                number = next(names)
            try:
                with store.begin(A) as records:
                    records.insert("models", model(f"m{number}"))
            except BaseException as error:  # noqa: BLE001 - shown below
                failures.append(error)

        _together(64, register)
        assert failures == []
        with store.read(A) as records:
            assert records.count("models") == 64


def _together(count: int, work: Any) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
