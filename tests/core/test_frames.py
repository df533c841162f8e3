"""Tables at the edge: many kinds in, the same kind out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.frames import is_lazy, like, to_pandas

FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"], "c": [True, False]})
AS_OTHERS: list[Any] = [
    FRAME,
    pl.from_pandas(FRAME),
    pa.Table.from_pandas(FRAME),
    FRAME.to_dict("list"),
    FRAME.to_dict("records"),
    {name: FRAME[name] for name in FRAME},
]


@pytest.mark.parametrize("table", AS_OTHERS, ids=lambda one: type(one).__name__)
def test_every_kind_of_table_is_the_same_table(table: Any) -> None:
    pd.testing.assert_frame_equal(to_pandas(table), FRAME)


def test_a_pandas_frame_is_not_copied() -> None:
    assert to_pandas(FRAME) is FRAME


@pytest.mark.parametrize(
    "rows", [np.eye(2), np.eye(2).tolist(), [tuple(row) for row in np.eye(2)], list(np.eye(2))]
)
def test_nameless_columns_get_names(rows: Any) -> None:
    expected = pd.DataFrame(np.eye(2), columns=["x0", "x1"])
    pd.testing.assert_frame_equal(to_pandas(rows), expected)


def test_one_mapping_of_scalars_is_one_row() -> None:
    assert to_pandas({"a": 1, "b": "x"}).to_dict("records") == [{"a": 1, "b": "x"}]


def test_nested_rows_keep_the_type_of_every_column() -> None:
    frame = to_pandas([[True, 0.5, "x", None], [False, 1.5, "y", None]])
    assert frame["x0"].dtype == bool
    assert frame["x1"].dtype == np.float64
    assert frame["x2"].tolist() == ["x", "y"]
    assert frame["x3"].isna().all()


def test_no_rows_of_mappings_is_an_empty_table() -> None:
    assert to_pandas([]).empty


@pytest.mark.parametrize(
    "bad",
    [
        None,
        5,
        "a,b",
        b"x",
        pd.Series([1.0]),
        pl.Series([1.0]),
        np.zeros(3),
        np.zeros((2, 2, 2)),
        [1, 2],
        ["ab", "cd"],
    ],
)
def test_what_is_no_table_is_refused_by_parameter(bad: Any) -> None:
    with pytest.raises(ParameterError, match="The 'X' parameter of fit must be"):
        to_pandas(bad, "X", "fit")


def test_a_lazy_table_is_told_to_be_collected() -> None:
    lazy = pl.LazyFrame({"a": [1.0]})
    assert is_lazy(lazy)
    assert not is_lazy(lazy.collect())
    with pytest.raises(ParameterError, match=r"The 'X' parameter of fit must be .* call \.collect\(\)"):
        to_pandas(lazy, "X", "fit")


@pytest.mark.parametrize("bad", [[[1, 2], [3]], [[1], 2], {"a": [1, 2], "b": [1]}, [[[1]], [[1], [2]]], ()])
def test_ragged_rows_and_columns_are_refused(bad: Any) -> None:
    with pytest.raises(ParameterError):
        to_pandas(bad)


def test_a_repeated_name_is_refused() -> None:
    with pytest.raises(DataProcessingError, match="The column 'a' of fit stands twice"):
        to_pandas(pd.DataFrame([[1, 2]], columns=["a", "a"]), "X", "fit")


def test_the_result_is_of_the_kind_that_came_in() -> None:
    assert like(FRAME, FRAME) is FRAME
    made = like(pl.from_pandas(FRAME), FRAME)
    assert isinstance(made, pl.DataFrame)
    pd.testing.assert_frame_equal(made.to_pandas(), FRAME)
    assert isinstance(like(np.eye(2), pd.DataFrame(np.eye(2))), np.ndarray)
    assert isinstance(like(pa.Table.from_pandas(FRAME), FRAME), pa.Table)
    assert like({"a": [1]}, FRAME) is FRAME


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_polars_gets_the_time_index_as_a_column_in_its_zone(zone: str) -> None:
    times = pd.date_range("2024-03-09", periods=3, freq="D", tz=zone)
    made = like(pl.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0, np.nan, 3.0]}, index=times))
    assert made.columns == ["timestamp", "a"]
    assert made["timestamp"].dtype.time_zone == zone
    assert [one.timestamp() for one in made["timestamp"]] == [one.timestamp() for one in times]


def test_a_naive_time_column_stays_naive() -> None:
    times = pd.date_range("2024-01-01", periods=2)
    made = like(pl.DataFrame({"a": [1]}), pd.DataFrame({"when": times}))
    assert made["when"].to_list() == times.to_pydatetime().tolist()
