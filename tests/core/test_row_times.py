"""The times of rows are found wherever they stand, and rows that go back are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import LeakageError
from ml_analytics.core.row_times import TIME_NAMES, require_time_order, row_times

Make = Callable[[list[datetime]], Any]
KINDS: dict[str, Make] = {
    "datetime64": lambda days: pd.Series(pd.DatetimeIndex(days)),
    "zoned": lambda days: pd.Series(pd.DatetimeIndex(days, tz="Asia/Tokyo")),
    "arrow": lambda days: pd.Series(pd.DatetimeIndex(days)).astype("timestamp[us][pyarrow]"),
    "arrow dates": lambda days: pd.Series([day.date() for day in days]).astype("date32[pyarrow]"),
    "dates": lambda days: pd.Series([day.date() for day in days], dtype=object),
    "objects": lambda days: pd.Series(days, dtype=object),
    "periods": lambda days: pd.Series(pd.DatetimeIndex(days)).dt.to_period("D"),
    "text": lambda days: pd.Series([day.isoformat() for day in days], dtype=object),
    "arrow text": lambda days: pd.Series([f"{day:%Y-%m-%d}" for day in days]).astype("string[pyarrow]"),
    "categories": lambda days: pd.Series([day.isoformat() for day in days]).astype("category"),
}
DAYS = st.lists(st.integers(0, 20), min_size=1, max_size=6)


def places(values: pd.Series) -> dict[str, Any]:
    """Return tables that hold the times in each place where they may stand."""
    x = np.zeros(len(values))
    index = pd.Index(values, name="date")
    levels = pd.MultiIndex.from_arrays([["A"] * len(x), values], names=["symbol", "timestamp"])
    columns = {name: pd.DataFrame({"x": x, name: values}) for name in (*TIME_NAMES, "Date")}
    return columns | {
        "index": pd.DataFrame({"x": x}, index=index),
        "levels": pd.DataFrame({"x": x}, index=levels),
        "series": pd.Series(x, index=index),
    }


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(numbers=DAYS)
def test_every_kind_in_every_place(kind: str, numbers: list[int]) -> None:
    days = [datetime(2024, 1, 1) + timedelta(days=number) for number in numbers]
    for table in places(KINDS[kind](days)).values():
        found = row_times(table, "Test")
        assert found is not None and [one.replace(tzinfo=None) for one in found] == days
        if numbers == sorted(numbers):
            assert require_time_order(table, "Test") is not None
        else:
            with pytest.raises(LeakageError, match="rows of Test must be in time order: sort them by time"):
                require_time_order(table, "Test")


@pytest.mark.parametrize(
    "values",
    [
        [datetime(2024, 1, 2), datetime(2024, 1, 1)],
        [date(2024, 1, 2), date(2024, 1, 1)],
        ["2024-01-02", "2024-01-01"],
    ],
)
def test_polars(values: list[Any]) -> None:
    for name in (*TIME_NAMES, "Date"):
        table = pl.DataFrame({"x": [1, 2], name: values})
        with pytest.raises(LeakageError, match="sort them by time"):
            require_time_order(table, "Test")
        assert require_time_order(table.reverse(), "Test") is not None


def test_text_is_compared_as_moments() -> None:
    """By letters the first of these is the later one, and without its zone too."""
    table = pd.DataFrame({"time": ["2024-01-02T01:00:00+09:00", "2024-01-01T20:00:00Z"]})
    assert require_time_order(table, "Test") is not None
    with pytest.raises(LeakageError, match="sort them by time"):
        require_time_order(table[::-1], "Test")


@pytest.mark.parametrize(
    "values",
    [
        ["31/12/2018", "01/01/2019"],
        ["2018-12-31", "soon"],
        [1, 2],
        [1.5, None],
        [True, False],
        [20181231, "2019-01-01"],
        [clock(3), clock(4)],
        [timedelta(1), timedelta(2)],
    ],
)
@pytest.mark.parametrize("name", TIME_NAMES)
def test_a_column_of_that_name_that_holds_no_times_is_refused(name: str, values: list[Any]) -> None:
    with pytest.raises(LeakageError, match=f"The column '{name}' of Test must hold .* Got "):
        row_times(pd.DataFrame({"x": [1, 2], name: values}), "Test")


def test_a_missing_time_is_refused() -> None:
    for values in (["2024-01-01", None], [pd.Timestamp("2024-01-01"), pd.NaT]):
        with pytest.raises(LeakageError, match=r"rows of Test must all have a time\. Got 1 without"):
            require_time_order(pd.DataFrame({"time": values}), "Test")


def test_what_has_no_times() -> None:
    several = pd.MultiIndex.from_arrays([["A", "B"], [1, 2]], names=["symbol", "time"])
    others: list[Any] = [
        np.zeros((2, 1)),
        [1, 2],
        pd.DataFrame({"x": [1, 2]}),
        pd.DataFrame({"x": [1, 2]}, index=["2024-01-02", "2024-01-01"]),
        pd.DataFrame({"x": [1, 2]}, index=several),
        pd.DataFrame({0: [1, 2], "updated": pd.to_datetime(["2024-01-02", "2024-01-01"])}),
        object(),
    ]
    for table in others:
        assert row_times(table, "Test") is None and require_time_order(table, "Test") is None


def test_the_index_goes_before_columns_and_an_earlier_name_before_a_later() -> None:
    days = pd.to_datetime(["2024-01-01", "2024-01-02"])
    table = pd.DataFrame({"date": ["no", "times"], "timestamp": days + pd.Timedelta("1h")})
    found = row_times(table, "Test")
    assert found is not None and found.hour.tolist() == [1, 1]
    found = row_times(table.set_index(days), "Test")
    assert found is not None and found.hour.tolist() == [0, 0]
