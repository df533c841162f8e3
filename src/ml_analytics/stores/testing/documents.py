# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What every document store must do.

Policies it holds: whole numbers come back exactly, whatever their size, and ``where`` takes those of 64 bits; a
float comes back as a float; keys may be any text.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from ...core.clock import TimeRange
from ...core.errors import ParameterError, TenantError
from ...core.protocols import DocumentStore
from ...core.tenant import Tenant
from .document_values import DOCUMENTS, assert_same_frame, same

A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def note(minute: int, **more: Any) -> dict[str, Any]:
    """Return a document."""
    return {"_id": f"d{minute:05}", "time": NOON + timedelta(minutes=minute), "minute": minute, **more}


_COLLECTIONS = (f"made_{number}" for number in itertools.count())  # one for each example
_LAWS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.differing_executors,
    ],
)


class DocumentStoreContract:
    """Subclass it and give a fixture ``documents`` with an empty store."""

    @pytest.fixture
    def documents(self) -> Iterator[DocumentStore]:
        """Give an empty store."""
        raise NotImplementedError("give a fixture 'documents'")

    def test_what_goes_in_comes_out(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        given = note(0, text="é☃𝄞 'x' \\u0000", nested={"a": [1, 2.5, None, True, {"b": []}]}, none=None)
        assert notes.insert_new([given]) == 1
        assert notes.get("d00000") == given
        assert list(notes.find()) == [given]
        assert notes.get("absent") is None

    def test_the_same_content_is_one_document(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        content = {"time": NOON, "text": "hello", "value": 1.5}
        in_tokyo = {**content, "time": NOON.astimezone(timezone(timedelta(hours=9)))}
        assert notes.insert_new([content, dict(reversed(content.items())), in_tokyo]) == 1
        stored = next(notes.find())
        assert len(stored.pop("_id")) == 64 and stored == content
        assert notes.insert_new([content]) == 0
        assert notes.insert_new([{**content, "value": 2.5}]) == 1
        assert notes.insert_new([{**content, "time": NOON + timedelta(microseconds=1)}]) == 1

    def test_a_known_id_is_left_alone(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        assert notes.insert_new([note(0, text="first")]) == 1
        assert notes.insert_new([note(0, text="second"), note(1)]) == 1
        first = notes.get("d00000")
        assert first is not None and first["text"] == "first"

    def test_numpy_values_become_plain(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        notes.insert_new([note(0, x=np.float32(0.5), n=np.int64(3), v=np.array([1.0, np.nan]), t=(1, 2))])
        stored = notes.get("d00000")
        assert stored == note(0, x=0.5, n=3, v=[1.0, None], t=[1, 2])

    def test_all_or_nothing(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        with pytest.raises(ParameterError):
            notes.insert_new([note(0), note(1, text="a\x00b")])
        assert notes.count() == 0

    def test_time_order_then_id(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        given = [note(2), note(0), {**note(1), "_id": "Z"}, {**note(1), "_id": "a"}, {**note(1), "_id": "B"}]
        notes.insert_new(given)
        order = ["d00000", "B", "Z", "a", "d00002"]
        assert [one["_id"] for one in notes.find()] == order
        assert [one["_id"] for one in notes.find(newest_first=True)] == order[::-1]
        assert [one["_id"] for one in notes.find(limit=2)] == order[:2]
        assert [one["_id"] for one in notes.find(newest_first=True, limit=1)] == order[-1:]
        assert list(notes.find(limit=0)) == []

    def test_ranges_are_half_open(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        notes.insert_new([note(i) for i in range(5)])
        span = TimeRange(NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
        assert [one["minute"] for one in notes.find(time_range=span)] == [1, 2]
        assert [one["minute"] for one in notes.find(time_range=TimeRange(start=span.end))] == [3, 4]
        assert [one["minute"] for one in notes.find(time_range=TimeRange(end=span.start))] == [0]

    def test_many_documents_come_in_pages_unbroken(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        # Five documents to a time stamp, so that pages break inside one.
        many = [{**note(i), "time": NOON + timedelta(minutes=i // 5)} for i in range(5031)]
        assert notes.insert_new(many) == 5031
        assert [one["minute"] for one in notes.find()] == list(range(5031))
        assert [one["minute"] for one in notes.find(newest_first=True)] == list(range(5031))[::-1]
        assert [one["minute"] for one in notes.find(limit=4500)] == list(range(4500))
        assert notes.count() == 5031

    @pytest.mark.parametrize(
        ("where", "found"),
        [
            ({"f": 1}, "ab"), ({"f": 1.0}, "ab"), ({"f": "1"}, "c"), ({"f": True}, "d"), ({"f": False}, "e"),
            ({"f": 0}, ""), ({"f": None}, "fg"), ({"f": "true"}, "h"), ({"f": [1, "1"]}, "abc"),
            ({"f": [True, None]}, "dfg"), ({"f": ("true", "null")}, "hi"), ({"f": []}, ""), ({}, "abcdefghijkl"),
            ({"f": "[1]"}, ""), ({"f": '{"a":1}'}, ""), ({"_id": "a"}, "a"), ({"_id": ["c", "a", "x"]}, "ac"),
            ({"time": NOON}, "abcdefghijkl"), ({"f": 1, "_id": "b"}, "b"), ({"f": "é'"}, "l"),
            ({"absent": None}, "abcdefghijkl"), ({"absent": 1}, ""),
        ],
    )  # fmt: skip
    def test_where_is_equality_with_kinds(
        self, documents: DocumentStore, where: dict[str, Any], found: str
    ) -> None:
        notes = documents.collection(A, "notes")
        values = {
            "a": 1, "b": 1.0, "c": "1", "d": True, "e": False, "f": None,
            "h": "true", "i": "null", "j": [1], "k": {"a": 1}, "l": "é'",
        }  # fmt: skip
        given = [{"_id": name, "time": NOON, "f": value} for name, value in values.items()]
        notes.insert_new([*given, {"_id": "g", "time": NOON}])
        assert "".join(one["_id"] for one in notes.find(where)) == found
        assert notes.count(where) == len(found)
        assert notes.delete(where) == len(found)
        assert notes.count() == 12 - len(found)

    @pytest.mark.parametrize(
        "where",
        [
            {"f": {"$ne": None}}, {"$where": "1"}, {"a.b": 1}, {"f": [[1]]}, {"f": [{"$gt": 0}]}, {"": 1},
            {'f"': 1}, {"_id": None}, {"_id": {"$ne": ""}}, {"_id": 5}, {"time": "2024"}, {"f": "a\x00"}, {1: 1},
        ],
    )  # fmt: skip
    def test_operators_and_paths_are_refused(self, documents: DocumentStore, where: dict[Any, Any]) -> None:
        notes = documents.collection(A, "notes")
        notes.insert_new([note(0)])
        for wrong in (lambda: notes.find(where), lambda: notes.count(where), lambda: notes.delete(where)):
            with pytest.raises(ParameterError):
                wrong()
        assert notes.count() == 1

    @pytest.mark.parametrize(
        "document",
        [
            {"text": "no time"}, {"time": "2024-01-01"}, {"time": None}, {"time": datetime(2024, 1, 1)},
            {"time": NOON, "_id": ""}, {"time": NOON, "_id": 5}, {"time": NOON, "_id": "x" * 201},
            {"time": NOON, "_id": "a\x00"}, {"time": NOON, "f": object()}, {"time": NOON, "f": "\ud800"},
            {"time": NOON, "a\x00": 1}, "text", None, 5,
        ],
    )  # fmt: skip
    def test_bad_documents_are_refused(self, documents: DocumentStore, document: Any) -> None:
        notes = documents.collection(A, "notes")
        with pytest.raises(ParameterError):
            notes.insert_new([document])
        assert notes.count() == 0

    def test_a_hundred_thousand_levels_are_refused(self, documents: DocumentStore) -> None:
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(ParameterError):
            documents.collection(A, "notes").insert_new([{"time": NOON, "f": deep}])
        while deep:  # taken apart by hand: freeing it at once would recurse as deep
            deep = deep[0]

    def test_tenants_and_collections_never_meet(self, documents: DocumentStore) -> None:
        for tenant in (A, B):
            for name in ("notes", "bars"):
                documents.collection(tenant, name).insert_new([note(0, owner=f"{tenant.id}/{name}")])
        found = list(documents.collection(B, "bars").find())
        assert [one["owner"] for one in found] == ["tenant_b/bars"] and "tenant_id" not in found[0]
        assert documents.collection(B, "bars").delete({}) == 1
        assert documents.collections(B) == ["notes"]
        assert documents.collections(A) == ["bars", "notes"]
        assert documents.collection(A, "bars").count() == 1
        assert documents.collections(Tenant("nobody")) == []

    def test_no_scope_no_access(self, documents: DocumentStore) -> None:
        nobodies: list[Any] = [None, "tenant_a", 0]
        for nobody in nobodies:
            with pytest.raises(TenantError):
                documents.collection(nobody, "notes")
            with pytest.raises(TenantError):
                documents.collections(nobody)

    @pytest.mark.parametrize("name", ["", "a b", "../x", "a;b", None, "x" * 101])
    def test_collection_names_are_identifiers(self, documents: DocumentStore, name: Any) -> None:
        with pytest.raises(ParameterError):
            documents.collection(A, name)

    @pytest.mark.parametrize("limit", [-1, 1.5, "1", True])
    def test_limits_are_whole_numbers(self, documents: DocumentStore, limit: Any) -> None:
        with pytest.raises(ParameterError):
            documents.collection(A, "notes").find(limit=limit)

    @_LAWS
    @given(documents=DOCUMENTS)
    def test_any_document_survives_and_the_frame_holds_the_same(
        self, request: pytest.FixtureRequest, documents: list[dict[str, Any]]
    ) -> None:
        store: DocumentStore = request.getfixturevalue("documents")
        notes = store.collection(A, next(_COLLECTIONS))
        assert notes.insert_new(documents) == len(documents)
        found = list(notes.find())
        assert same(
            [{**one, "time": str(one["time"])} for one in found],
            [
                {**one, "time": str(one["time"])}
                for one in sorted(documents, key=lambda one: (one["time"], one["_id"]))
            ],
        )
        assert_same_frame(notes.frame(), found)
        assert_same_frame(notes.frame(limit=3), found[:3])
        for one in documents[:3]:
            assert one["_id"] in {other["_id"] for other in notes.find({"time": one["time"]})}
            span = TimeRange(one["time"], None)
            assert list(notes.find(time_range=span)) == [o for o in found if o["time"] >= one["time"]]
            assert_same_frame(
                notes.frame(time_range=TimeRange(None, one["time"])),
                [other for other in found if other["time"] < one["time"]],
            )

    def test_what_a_column_holds_decides_its_type(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        # fmt: off
        rows: list[Mapping[str, Any]] = [
            {
                "i": 1,
                "f": 1,
                "g": 1,
                "t": "x",
                "b": True,
                "m": 1,
                "big": 2**53 + 1,
                "huge": 2**64,
                "n": None,
                "o": True,
                "low": -(2**63),
            },
            {"i": 2, "f": 2.5, "t": "y", "b": False, "m": "1", "huge": 1, "n": None, "low": 2**63 - 1},
        ]
        # fmt: on
        notes.insert_new({**one, "_id": str(number), "time": NOON} for number, one in enumerate(rows))
        kinds = {str(name): str(kind) for name, kind in notes.frame().dtypes.items()}
        assert kinds == {
            "_id": "str", "time": "datetime64[us, UTC]", "i": "int64", "f": "float64", "g": "float64", "t": "str",
            "b": "bool", "m": "object", "big": "object", "huge": "object", "n": "object", "o": "object",
            "low": "int64",
        }  # fmt: skip
        assert notes.frame()["low"].tolist() == [-(2**63), 2**63 - 1]
        assert notes.frame()["big"].tolist() == [2**53 + 1, None]

    def test_the_frame_of_many_regular_documents(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        many = [
            {
                **note(
                    i,
                    x=i / 4,
                    whole=i,
                    text=f"t{i % 7}é",
                    ok=i % 2 == 0,
                    none=None,
                    tags=[i, "a"],
                    deep={"k": i},
                ),
                "_id": f"d{i * 37 % 1009:05}",
                "time": NOON + timedelta(microseconds=(i * 61 % 997) * 500),
                **({"late": i} if i > 500 else {}),
            }
            for i in range(1009)
        ]
        notes.insert_new(many)
        found = list(notes.find())
        assert [one["_id"] for one in found] == [
            one["_id"] for one in sorted(many, key=lambda one: (one["time"], one["_id"]))
        ]
        assert_same_frame(notes.frame(), found)
        assert_same_frame(notes.frame({"ok": True}), [one for one in found if one["ok"]])
        assert_same_frame(notes.frame(limit=700), found[:700])
        assert notes.frame({"ok": "never"}).columns.tolist() == ["_id", "time"]

    def test_whole_numbers_come_back_whatever_their_size(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        given = note(0, f=2**64, deep=[-(2**70), {"x": 2**63}], edge=[2**63 - 1, -(2**63)])
        notes.insert_new([given])
        assert same(next(notes.find()), given)
        for where in ({"f": 2**64}, {"f": [1, -(2**63) - 1]}):
            with pytest.raises(ParameterError):
                notes.find(where)

    def test_pending_documents_wait_until_acknowledged(self, documents: DocumentStore) -> None:
        notes, other = documents.collection(A, "notes"), documents.collection(A, "other")
        assert notes.insert_new([note(3), note(1, kind="x")], pending=True) == 2
        assert notes.insert_new([note(2)]) == 1
        assert list(notes.pending()) == [note(1, kind="x"), note(3)]
        assert list(notes.find()) == [note(1, kind="x"), note(2), note(3)], "they can be read meanwhile"
        assert list(notes.pending({"kind": "x"})) == [note(1, kind="x")]
        assert list(notes.pending(limit=1)) == [note(1, kind="x")] and list(notes.pending(limit=0)) == []
        assert list(other.pending()) == []
        assert other.acknowledge(["d00001"]) == 0
        assert notes.acknowledge(["d00001", "d00002", "absent"]) == 1
        assert notes.acknowledge(["d00001"]) == 0 and notes.acknowledge([]) == 0
        assert [one["_id"] for one in notes.pending()] == ["d00003"]
        assert notes.acknowledge(one["_id"] for one in notes.pending()) == 1
        assert list(notes.pending()) == [] and notes.count() == 3

    def test_a_known_document_does_not_wait_again(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        notes.insert_new([note(0)])
        notes.insert_new([note(1)], pending=True)
        notes.acknowledge(["d00001"])
        assert notes.insert_new([note(0), note(1), note(2)], pending=True) == 1
        assert [one["_id"] for one in notes.pending()] == ["d00002"]
        assert notes.insert_new([note(2)]) == 0
        assert [one["_id"] for one in notes.pending()] == ["d00002"], "nor is it acknowledged by the way"

    def test_many_wait_in_time_order(self, documents: DocumentStore) -> None:
        notes = documents.collection(A, "notes")
        many = [{**note(i), "time": NOON + timedelta(microseconds=i * 7 % 2503)} for i in range(2503)]
        notes.insert_new(many, pending=True)
        ids = [one["_id"] for one in notes.pending()]
        assert ids == [one["_id"] for one in sorted(many, key=lambda one: (one["time"], one["_id"]))]
        assert notes.acknowledge(ids[::2]) == len(ids[::2])
        assert [one["_id"] for one in notes.pending()] == ids[1::2]

    @pytest.mark.parametrize("wrong", [[""], [5], [None], ["a\x00"], "d00000"])
    def test_ids_to_acknowledge_are_texts(self, documents: DocumentStore, wrong: Any) -> None:
        with pytest.raises(ParameterError):
            documents.collection(A, "notes").acknowledge(wrong)

    def test_one_tenant_cannot_touch_anothers(self, documents: DocumentStore) -> None:
        ours, theirs = documents.collection(A, "notes"), documents.collection(B, "notes")
        ours.insert_new([note(0, whose="canary")], pending=True)
        assert theirs.get("d00000") is None and list(theirs.pending()) == [] and theirs.frame().empty
        assert theirs.acknowledge(["d00000"]) == 0 and theirs.delete({"_id": "d00000"}) == 0
        assert theirs.delete({}) == 0 and theirs.count() == 0
        assert theirs.insert_new([note(0, whose="mine")]) == 1, "the same id is another document"
        with pytest.raises(ParameterError):
            theirs.insert_new([note(1), note(2, text="\x00")])
        assert [one["whose"] for one in theirs.find()] == ["mine"], "a failure leads nowhere else"
        assert [one["whose"] for one in ours.pending()] == ["canary"]

    def test_tenants_with_documents_are_listed(self, documents: DocumentStore) -> None:
        for tenant in (B, A):
            documents.collection(tenant, "notes").insert_new([note(0)])
        assert documents.tenants() == [A, B]

    def test_an_event_loop_gets_the_same(self, documents: DocumentStore) -> None:
        async def work() -> None:
            notes = documents.async_collection(A, "notes")
            many = [note(i, x=i, ok=i % 2 == 0) for i in range(2100)]
            assert await notes.insert_new(many, pending=True) == 2100
            assert await notes.insert_new([*many[:3], note(2100)]) == 1
            assert await notes.count() == 2101 and await notes.count({"ok": True}) == 1050
            found = [one async for one in notes.find()]
            assert found == list(documents.collection(A, "notes").find())
            newest = [one["minute"] async for one in notes.find(newest_first=True, limit=2)]
            assert newest == [2100, 2099] and [one async for one in notes.find(limit=0)] == []
            span = TimeRange(NOON, NOON + timedelta(minutes=4))
            assert [one["minute"] async for one in notes.find({"ok": True}, time_range=span)] == [0, 2]
            assert_same_frame(await notes.frame(), found)
            assert_same_frame(
                await notes.frame({"ok": True}, limit=5), [one for one in found if one.get("ok")][:5]
            )
            assert (await notes.frame(limit=0)).empty

        asyncio.run(work())
        assert [one["minute"] for one in documents.collection(A, "notes").pending(limit=1)] == [0]

    def test_loops_one_after_the_other_and_tasks_at_once(self, documents: DocumentStore) -> None:
        async def work(tenant: Tenant, part: int) -> int:
            notes = documents.async_collection(tenant, "notes")
            added = await asyncio.gather(
                *(notes.insert_new([note(part * 50 + i) for i in range(50)]) for _ in range(4))
            )
            return sum(added)

        assert [asyncio.run(work(A, part)) for part in range(3)] == [50, 50, 50], (
            "each document is added once"
        )
        assert asyncio.run(work(B, 0)) == 50
        assert documents.collection(A, "notes").count() == 150

    def test_an_event_loop_is_refused_the_same(self, documents: DocumentStore) -> None:
        async def work() -> None:
            notes = documents.async_collection(A, "notes")
            with pytest.raises(ParameterError):
                await notes.insert_new([note(0), note(1, text="a\x00b")])
            for where in ({"f": {"$ne": None}}, {"$where": "1"}, {"a.b": 1}):
                with pytest.raises(ParameterError):
                    await notes.count(where)
                with pytest.raises(ParameterError):
                    await notes.frame(where)
                with pytest.raises(ParameterError):
                    [one async for one in notes.find(where)]
            assert await notes.count() == 0

        asyncio.run(work())
        with pytest.raises(TenantError):
            documents.async_collection("tenant_a", "notes")  # type: ignore[arg-type]
