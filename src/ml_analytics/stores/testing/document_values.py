# ruff: noqa: S101 - a suite asserts
"""Documents of every kind for the contract suite, and when a frame holds the same as they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

_NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.integers()
    | st.sampled_from([2**53, 2**53 + 1, 2**63, -(2**63)]) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT
)  # fmt: skip
VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "", "$ne", "a.b", "%", "%2E", "_us"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_NAMES = ["a", "b", "c", "a.b", "$set", "", "_us", "_pending", "_escaped", "tenant_id", "%", "%41", "é"]
_TIMES = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)) | st.builds(
    lambda low: _NOON + timedelta(microseconds=low), st.integers(-3, 3)
)
_BODIES = st.dictionaries(st.sampled_from(_NAMES), VALUES, max_size=5) | st.fixed_dictionaries(
    {"a": st.integers(), "b": _SCALARS, "c": st.floats(allow_nan=False, allow_infinity=False) | st.none()}
)
DOCUMENTS = st.lists(st.builds(lambda time, body: {"time": time, **body}, _TIMES, _BODIES), max_size=30).map(
    lambda made: [{"_id": f"d{number * 7 % 31:02}", **one} for number, one in enumerate(made)]
)


def same(left: Any, right: Any) -> bool:
    """Say whether two JSON values are equal, kinds included: 1 is neither True nor 1.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def same_cell(cell: Any, value: Any) -> bool:
    """Say whether a frame's cell holds the value: numbers by value, missing for ``None``."""
    if value is None or isinstance(value, (int, float)):
        if isinstance(cell, (list, dict)) or bool(pd.isna(cell)):
            return value is None
        truths = isinstance(value, bool), isinstance(cell, (bool, np.bool_))
        return value is not None and truths[0] == truths[1] and not isinstance(cell, str) and cell == value
    return same(cell, value)


def assert_same_frame(frame: pd.DataFrame, found: list[dict[str, Any]]) -> None:
    """Check the frame against ``DataFrame(list(find()))``: columns, order, every value."""
    expected = [
        "_id",
        "time",
        *dict.fromkeys(name for one in found for name in one if name not in ("_id", "time")),
    ]
    assert list(frame.columns) == expected
    if found:
        assert list(pd.DataFrame(found).columns) == expected
    assert len(frame) == len(found)
    assert str(frame["time"].dtype) == "datetime64[us, UTC]" and frame["_id"].dtype == "str"
    assert [one.to_pydatetime() for one in frame["time"]] == [one["time"] for one in found]
    for name in frame.columns.drop("time"):
        for cell, one in zip(frame[name].tolist(), found, strict=True):
            assert same_cell(cell, one.get(name)), (name, cell, one.get(name))
