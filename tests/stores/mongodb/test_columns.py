"""Batches of BSON as columns, beside pymongo's own decoder: whatever the shapes, and what others have written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import numpy as np
import pytest
from bson.decimal128 import Decimal128
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.stores.document_frame import FrameBuilder
from ml_analytics.stores.mongodb.columns import add_batch
from ml_analytics.stores.mongodb.frame import add_raw
from ml_analytics.stores.testing.document_values import assert_same_frame

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
_SIMPLE = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2) | st.floats(-9, 9)
_VALUE = st.recursive(
    _SIMPLE | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=2),
    max_leaves=5,
)


def documents(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"_id": f"d{i:04}", "time": NOON + timedelta(seconds=i), **body} for i, body in enumerate(bodies)]


def encoded(found: list[dict[str, Any]]) -> bytes:
    return b"".join(map(bson.encode, found))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["a", "b", "c", "é"]), _VALUE, max_size=3), min_size=1, max_size=4
    ),
    st.lists(_VALUE, min_size=1, max_size=8),
)
def test_columns_hold_what_the_documents_hold(shapes: list[dict[str, Any]], values: list[Any]) -> None:
    # Each shape many times over, one field changing its kind: walked together, unlike a handful of documents.
    found = documents([{**shapes[i % len(shapes)], "v": values[i * 7 % len(values)]} for i in range(120)])
    builder = FrameBuilder()
    add_raw(builder, encoded(found[:70]))
    add_raw(builder, encoded(found[70:]))
    assert_same_frame(builder.frame(), found)


@pytest.mark.parametrize(
    "odd",
    [
        {"x": Decimal128("1.5")}, {"x": bson.ObjectId("0" * 24)}, {"x": b"bytes"}, {"x": datetime(2024, 1, 2)},
        {"x": {"y": datetime(2024, 1, 2)}}, {"n" * 300: 1}, {"x": bson.Regex("a")}, {"x": [Decimal128("2")] * 2},
    ],
)  # fmt: skip
def test_what_others_have_written_is_left_to_the_decoder(odd: dict[str, Any]) -> None:
    found = documents([odd if i % 3 == 0 else {"x": i} for i in range(90)])
    builder = FrameBuilder()
    add_raw(builder, encoded(found))
    frame = builder.frame()
    assert len(frame) == 90
    (name,) = odd
    assert [value for value in frame[name].tolist() if value == odd[name]] == [odd[name]] * 30


def test_regular_documents_are_walked_and_the_rest_is_handed_back() -> None:
    regular = documents([{"x": i, "tags": ["a", i]} for i in range(50)])
    strange = documents([{"x": Decimal128("1")}])
    assert add_batch(FrameBuilder(), encoded(regular)) == b""
    assert add_batch(FrameBuilder(), encoded([*strange, *regular])) == encoded(strange)
    assert add_batch(FrameBuilder(), encoded(regular[:3])) == encoded(regular[:3]), "too few to be worth it"
    assert add_batch(FrameBuilder(), b"") == b""


def test_a_text_that_is_not_utf8_is_an_error_not_a_crash() -> None:
    batch = encoded(documents([{"x": "abc"} for _ in range(40)])).replace(b"abc", b"a\xffc")
    with pytest.raises(bson.errors.InvalidBSON):
        add_raw(FrameBuilder(), batch)


def test_lists_of_lists_stay_lists() -> None:
    found = documents([{"v": [[i, i], [i, i]], "w": []} for i in range(40)])
    builder = FrameBuilder()
    add_raw(builder, encoded(found))
    frame = builder.frame()
    assert frame["v"].tolist() == [one["v"] for one in found] and frame["w"].tolist() == [[]] * 40
    assert len({id(value) for value in frame["w"]}) == 40, "no two cells share a list"
    assert not any(isinstance(cell, np.ndarray) for cell in frame["v"])
