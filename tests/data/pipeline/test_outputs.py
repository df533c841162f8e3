from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, IntegrityError
from ml_analytics.data.pipeline.outputs import decode, encode

TIMES = pd.date_range("2024-01-01", periods=3, freq="h", tz="Europe/Berlin", name="timestamp")
FRAMES = {
    "plain": pd.DataFrame(
        {"n": [1, 2, 3], "x": [0.5, np.nan, -0.0], "s": ["a", None, "é"], "b": [True, False, True]}
    ),
    "times": pd.DataFrame({"x": [1, 2, 3]}, index=TIMES),
    "objects": pd.DataFrame(
        {"o": [{"a": 1}, {"b": [2]}, None], "mixed": [1, "x", None], "l": [[1], [2], [3]]}
    ),
    "kinds": pd.DataFrame(
        {
            "c": pd.Categorical(["a", "b", "a"], ["b", "a"], ordered=True),
            "i": pd.array([1, None, 3], dtype="Int64"),
            "d": [Decimal("1.10"), Decimal("2.25"), None],
            "t": pd.to_timedelta([1, 2, 3], unit="s"),
            "bytes": [b"\x00", b"", None],
        }
    ),
    "empty": pd.DataFrame({"a": pd.Series([], dtype="float64")}),
    "names": pd.DataFrame(
        [[1, 2]], columns=[0, 1], index=pd.MultiIndex.from_tuples([("a", 1)], names=["k", "j"])
    ),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_come_back(name: str) -> None:
    frame = FRAMES[name]
    back = decode(encode(frame).data)
    pd.testing.assert_frame_equal(back, frame, check_freq=False)
    assert encode(frame).rows == len(frame)
    assert encode(frame.copy()).data == encode(frame).data, "equal content, equal bytes"
    assert encode(back).data == encode(frame).data, "what was read back is kept as the same"


@pytest.mark.parametrize(
    "value",
    [
        pl.DataFrame({"a": [1, None], "s": ["x", "y"], "l": [[1], []]}),
        pa.table({"a": [1, 2]}),
        pa.table({"a": [1, 2, 3, 4]}).slice(1, 2),
    ],
    ids=["polars", "arrow", "slice"],
)
def test_other_tables_come_back(value: Any) -> None:
    back = decode(encode(value).data)
    assert type(back) is type(value)
    assert back.equals(value)


def test_series_arrays_and_bytes_come_back() -> None:
    for series in (pd.Series([1.5, 2.5], name="x"), pd.Series(["a", "b"]), pd.Series([1], index=[5], name=3)):
        pd.testing.assert_series_equal(decode(encode(series).data), series)
    for array in (
        np.arange(6).reshape(2, 3),
        np.array(1.5),
        np.array(["a", "bc"]),
        np.array([], dtype="M8[ns]"),
    ):
        back = decode(encode(array).data)
        assert back.dtype == array.dtype
        np.testing.assert_array_equal(back, array)
    assert decode(encode(b"\x00\xff").data) == b"\x00\xff"
    assert decode(encode(np.float64(1.5)).data) == 1.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None)
@given(value=JSON)
def test_json_values_come_back(value: Any) -> None:
    back = decode(encode(value).data)
    assert back == value
    assert encode(back).data == encode(value).data


def test_what_has_no_safe_form_is_refused() -> None:
    for value in (
        object(),
        {1, 2},
        {1: 2},
        np.array([object()]),
        [{(1,): 1}],
        pd.DataFrame({"a": [object()]}),
    ):
        with pytest.raises(DataProcessingError) as caught:
            encode(value)
        assert "\n" not in str(caught.value)
    with pytest.raises(IntegrityError):
        decode(b"something else")
