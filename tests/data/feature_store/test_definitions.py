from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics import FeatureView, ParameterError
from ml_analytics.core.columns import ColumnKind
from ml_analytics.core.signature import Field
from ml_analytics.data.feature_store import FeatureKind

NAMES = st.text("abcé _%:@", min_size=1, max_size=5).map(lambda text: f"c{text}c")


@dataclass
class Foreign:
    name: str
    dtype: str


def test_fields_of_other_libraries_are_understood() -> None:
    view = FeatureView(
        "v", ["id"], [Foreign("a", "Float32"), Foreign("b", "Int64"), Foreign("c", "UnixTimestamp")]
    )
    assert [kind.value for kind in view.features.values()] == ["float", "int", "timestamp"]
    own = FeatureView("v", ["id"], [Field("a", ColumnKind.NUMBER), Field("b", ColumnKind.TEXT)])
    assert [kind.value for kind in own.features.values()] == ["float", "string"]
    assert FeatureView("v", ["id"], {"a": bool}).features == {"a": FeatureKind.BOOL}


@given(
    st.lists(NAMES, min_size=4, max_size=8, unique=True),
    st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(days=9999)),
    st.integers(1, 2**31 - 1),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
)
def test_a_definition_reads_back_as_it_was_written(
    names: list[str], ttl: timedelta | None, version: int, tags: dict[str, str]
) -> None:
    event, created, entity, *features = names
    view = FeatureView("v", [entity], dict.fromkeys(features, "int"), version, ttl, event, created, "d", tags)
    read = FeatureView.from_json(view.to_json())
    assert read == view
    assert read.fingerprint == view.fingerprint


BASE: dict[str, Any] = {"name": "v", "entities": ["id"], "features": {"a": "int", "b": "float"}}


@pytest.mark.parametrize(
    "change",
    [
        {"entities": ["other"]},
        {"features": {"a": "int"}},
        {"features": {"a": "int", "b": "int"}},
        {"version": 2},
        {"ttl": timedelta(1)},
        {"event_time": "t"},
        {"created_time": "t"},
        {"name": "w"},
    ],
)
def test_what_values_depend_on_is_in_the_fingerprint(change: dict[str, Any]) -> None:
    assert FeatureView(**{**BASE, **change}).fingerprint != FeatureView(**BASE).fingerprint


@pytest.mark.parametrize(
    "change", [{"description": "x"}, {"tags": {"a": "b"}}, {"features": {"b": float, "a": "Int32"}}]
)
def test_words_for_people_and_order_are_not(change: dict[str, Any]) -> None:
    assert FeatureView(**{**BASE, **change}).fingerprint == FeatureView(**BASE).fingerprint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "../x"}, "'name' parameter of FeatureView"),
        ({"name": "a:b"}, "'name' parameter of FeatureView"),
        ({"entities": "id"}, "a sequence of column names"),
        ({"entities": []}, "at least one column name"),
        ({"entities": [" id"]}, "1 to 100 printable characters"),
        ({"entities": ["a"]}, "named unlike every other column"),
        ({"features": {}}, "at least one feature"),
        ({"features": "a"}, "a mapping of names to kinds"),
        ({"features": ["a"]}, "objects with 'name' and 'dtype'"),
        ({"features": {"a": "complex"}}, "of the kinds float, int, bool, string, timestamp. Got 'complex'"),
        ({"features": [Foreign("a", "int"), Foreign("a", "int")]}, "of different names"),
        ({"features": {"event_timestamp": "timestamp"}}, "named unlike every other column"),
        ({"version": 0}, "a whole number of at least 1"),
        ({"version": True}, "a whole number of at least 1"),
        ({"ttl": timedelta(0)}, "a positive timedelta or None"),
        ({"ttl": 3}, "a positive timedelta or None"),
        ({"description": None}, "'description' parameter"),
        ({"tags": {"a": 1}}, "text to text"),
    ],
)
def test_a_wrong_part_is_one_sentence(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said) as raised:
        FeatureView(**{**BASE, **change})
    assert "\n" not in str(raised.value)
