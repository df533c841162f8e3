# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What every document store must do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from ...core.clock import TimeRange
from ...core.errors import ParameterError, TenantError
from ...core.protocols import DocumentStore
from ...core.tenant import Tenant

A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def note(minute: int, **more: Any) -> dict[str, Any]:
    """Return a document."""
    return {"_id": f"d{minute:05}", "time": NOON + timedelta(minutes=minute), "minute": minute, **more}


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
