from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.data import Snapshot, load_sp500, snapshot_hash


def test_pandas_and_polars_agree_on_every_kind() -> None:
    frame = pd.DataFrame(
        {
            "number": [1.5, np.nan, -0.0],
            "whole": [1, 2, 3],
            "flag": [True, False, True],
            "word": ["a", None, "é\n"],
            "time": pd.Series(["2020-01-01", None, "2020-01-03"]).astype("datetime64[us, UTC]"),
        }
    )
    other = pl.DataFrame(
        {
            "number": [1.5, None, 0.0],
            "whole": pl.Series([1, 2, 3], dtype=pl.Int16),
            "flag": [True, False, True],
            "word": pl.Series(["a", None, "é\n"], dtype=pl.Categorical),
            "time": [datetime(2020, 1, 1, tzinfo=UTC), None, datetime(2020, 1, 3, tzinfo=UTC)],
        }
    )
    assert snapshot_hash(frame) == snapshot_hash(other)
    assert snapshot_hash(frame) == snapshot_hash(frame.astype({"word": "category", "whole": "int8"}))


def test_a_time_index_is_the_first_column() -> None:
    bars: Any = load_sp500()
    assert snapshot_hash(bars) == snapshot_hash(pl.from_pandas(bars.reset_index()))
    assert snapshot_hash(bars) == snapshot_hash(bars.tz_convert("America/New_York"))
    assert snapshot_hash(bars) == snapshot_hash(bars.set_index(bars.index.as_unit("ns")))


def test_row_numbers_are_not_content() -> None:
    frame = pd.DataFrame({"a": [1, 2, 3, 4]})
    assert snapshot_hash(frame[2:]) == snapshot_hash(pd.DataFrame({"a": [3, 4]}))


@pytest.mark.parametrize(
    "other",
    [
        {"a": [1.0, 2.0], "b": ["x", "y"]},
        {"a": [2, 1], "b": ["y", "x"]},
        {"b": ["x", "y"], "a": [1, 2]},
        {"a": [1, 2], "c": ["x", "y"]},
        {"a": [1, 2], "b": ["xy", ""]},
        {"a": [1, 2], "b": ["x", None]},
        {"a": [1], "b": ["x"]},
    ],
)
def test_any_difference_is_another_snapshot(other: Any) -> None:
    assert snapshot_hash(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})) != snapshot_hash(pd.DataFrame(other))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(width=64), st.integers(-(2**63), 2**63 - 1), st.text(max_size=5)), max_size=8
    )
)
def test_hash_is_equal_exactly_when_content_is(rows: Any) -> None:
    frame = pd.DataFrame(
        {
            "x": np.array([row[0] for row in rows], dtype=float),
            "n": np.array([row[1] for row in rows], dtype=np.int64),
            "s": pd.Series([row[2] for row in rows], dtype="str"),
        }
    )
    same = pl.DataFrame(
        {
            "x": pl.Series([row[0] for row in rows], dtype=pl.Float64),
            "n": pl.Series([row[1] for row in rows], dtype=pl.Int64),
            "s": pl.Series([row[2] for row in rows], dtype=pl.String),
        }
    )
    assert snapshot_hash(frame) == snapshot_hash(same)
    if rows:
        changed = frame.copy()
        changed["n"] = ~changed["n"]
        assert snapshot_hash(changed) != snapshot_hash(frame)


def test_odd_columns_still_have_a_hash() -> None:
    frame = pd.DataFrame({"mixed": [1, "a", None], "lists": [[1], [2, 3], []], "dates": [pd.NaT, None, 3]})
    assert snapshot_hash(frame) == snapshot_hash(frame.copy())
    big = pd.DataFrame({"u": np.array([2**64 - 1], dtype=np.uint64)})
    assert snapshot_hash(big) != snapshot_hash(pd.DataFrame({"u": np.array([1], dtype=np.uint64)}))
    indexed = pd.DataFrame(
        {"a": [1, 2]}, index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["k", "n"])
    )
    assert snapshot_hash(indexed) == snapshot_hash(indexed.reset_index())
    assert snapshot_hash(pd.DataFrame({"a": [1, 2]}, index=["r", "s"])) != snapshot_hash(
        pd.DataFrame({"a": [1, 2]})
    )


def test_times_far_away_do_not_overflow() -> None:
    far = pd.DataFrame({"t": pd.Series(["0001-01-01", "9999-12-31"]).astype("datetime64[s]")})
    assert snapshot_hash(far) == snapshot_hash(far.astype({"t": "datetime64[us]"}))


def test_refusals() -> None:
    with pytest.raises(ParameterError, match="'frame' parameter of snapshot_hash"):
        snapshot_hash(42)
    with pytest.raises(DataProcessingError, match="stands twice"):
        snapshot_hash(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_snapshot_says_what_it_covers() -> None:
    taken = Snapshot.of("sp500", load_sp500())
    assert (taken.rows, taken.columns[0], len(taken.digest)) == (5031, "open", 64)
    assert taken.start == datetime(1999, 1, 4, tzinfo=UTC)
    assert taken.end == datetime(2018, 12, 31, tzinfo=UTC)
    assert taken.to_json()["start"] == "1999-01-04T00:00:00+00:00"
    assert Snapshot.of("none", pd.DataFrame({"a": [1]})).start is None
    naive = pl.DataFrame({"timestamp": [datetime(2020, 1, 1)], "close": [1.0]})
    assert Snapshot.of("naive", naive).start == datetime(2020, 1, 1, tzinfo=UTC)
