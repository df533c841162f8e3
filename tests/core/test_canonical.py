"""Equal values have one text and one hash; unequal ones do not share it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, IntEnum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.canonical import canonical_json, fingerprint, plain, sha256
from ml_analytics.core.errors import ParameterError

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


@dataclass(frozen=True)
class Point:
    x: float
    tags: tuple[str, ...] = ()


@given(json_values)
def test_json_values_come_back_from_their_text(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value
    assert plain(value) == value


@given(json_values)
def test_the_text_is_a_fixed_point(value: Any) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), json_values, max_size=6), st.randoms())
def test_the_order_of_keys_never_matters(value: dict[str, Any], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert fingerprint(dict(items)) == fingerprint(value)


@given(json_values, json_values)
def test_different_texts_have_different_hashes(one: Any, other: Any) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (canonical_json(one) == canonical_json(other))


@given(st.sets(st.integers() | st.text()))
def test_sets_have_one_order(value: set[Any]) -> None:
    backwards = set()
    for one in sorted(value, key=repr, reverse=True):
        backwards.add(one)
    assert canonical_json(value) == canonical_json(backwards)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array(5.0), 5.0),
        (np.array([np.nan, 1.0]), [None, 1.0]),
        (math.nan, None),
        (-math.inf, None),
        ((1, (2,)), [1, [2]]),
        (frozenset({2, 1}), [1, 2]),
        (Colour.RED, "red"),
        (Level.LOW, 1),
        (Point(1.0, ("a",)), {"x": 1.0, "tags": ["a"]}),
        ({1: "a"}, {"1": "a"}),
        (date(2018, 1, 31), "2018-01-31"),
        (datetime(2018, 1, 31, tzinfo=UTC), "2018-01-31T00:00:00+00:00"),
        (pd.Timestamp("2018-01-31", tz="UTC"), "2018-01-31T00:00:00+00:00"),
    ],
)
def test_values_of_the_field_become_plain(value: Any, expected: Any) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_one_moment_has_one_hash_in_every_zone() -> None:
    moment = datetime(2024, 7, 1, 12, tzinfo=UTC)
    assert fingerprint(moment) == fingerprint(moment.astimezone(ZoneInfo("Asia/Tokyo")))


@pytest.mark.parametrize("value", [object(), b"bytes", Point, 1j, {"deep": [{"er": object()}]}, iter(())])
def test_what_has_no_json_form_is_refused(value: Any) -> None:
    with pytest.raises(ParameterError, match="'value' parameter of plain"):
        plain(value)


def test_keys_that_would_become_one_are_refused() -> None:
    with pytest.raises(ParameterError, match="keys differ as text"):
        plain({1: "a", "1": "b"})


def test_known_hashes_stay() -> None:
    assert sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert fingerprint({"b": 1.5, "a": [1, 2]}) == sha256(b'{"a":[1,2],"b":1.5}')
