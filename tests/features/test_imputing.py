"""Laws of imputation: what is learned comes from the training part, what is carried comes from the past."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, LeakageError, ParameterError
from ml_analytics.features import DataProcessor
from ml_analytics.features.imputing import METHODS, Imputer

numbers = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6))
columns = st.lists(numbers, min_size=2, max_size=30)


def frame(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"x": np.array(values, dtype=np.float64), "word": "a"})


@settings(max_examples=80, deadline=None)
@given(train=columns, past=columns, future=columns, other=columns, method=st.sampled_from(METHODS))
def test_no_future_value_ever_changes_a_past_output(
    train: list[float], past: list[float], future: list[float], other: list[float], method: str
) -> None:
    imputer = Imputer(method, flag=True).fit(frame(train))
    made = [imputer.transform(frame(past + rest)) for rest in (future, other, [])]
    cut = [one[one.index < len(past)] for one in made]
    pd.testing.assert_frame_equal(cut[0], cut[1])
    pd.testing.assert_frame_equal(cut[0], cut[2])


@settings(max_examples=80, deadline=None)
@given(train=columns, test=columns)
def test_every_method_against_a_slow_oracle(train: list[float], test: list[float]) -> None:
    known = [value for value in train if value == value]
    middle = float(np.median(known)) if known else 0.0
    mean = float(np.mean(known)) if known else 0.0
    last = float("nan")
    carried = [last := (value if value == value else last) for value in test]
    expected = {
        "median": [value if value == value else middle for value in test],
        "mean": [value if value == value else mean for value in test],
        "forward": carried,
        "flag": test,
        "drop": [value for value in test if value == value],
    }
    for method, values in expected.items():
        made = Imputer(method, flag=True).fit(frame(train)).transform(frame(test))
        np.testing.assert_array_equal(made["x"].to_numpy(), np.array(values))
        if any(value != value for value in train):
            assert made["x_missing"].tolist() == [float(test[row] != test[row]) for row in made.index]
        else:
            assert "x_missing" not in made


def test_a_limit_ends_the_carrying() -> None:
    made = Imputer("forward", limit=2).fit(frame([1.0])).transform(frame([1.0, *[np.nan] * 4, 2.0]))
    np.testing.assert_array_equal(made["x"], [1.0, 1.0, 1.0, np.nan, np.nan, 2.0])


def test_polars_comes_back_as_polars() -> None:
    table = pl.DataFrame({"x": [1.0, None, 3.0], "word": ["a", None, "c"]})
    made = Imputer("forward").fit(table).transform(table)
    assert isinstance(made, pl.DataFrame)
    assert made["x"].to_list() == [1.0, 1.0, 3.0] and made["word"].to_list() == ["a", None, "c"]


def test_nothing_is_written_into_what_came() -> None:
    given_frame = frame([1.0, np.nan])
    for method in METHODS:
        Imputer(method, flag=True).fit(given_frame).transform(given_frame)
    pd.testing.assert_frame_equal(given_frame, frame([1.0, np.nan]))


def test_what_is_refused() -> None:
    refused: list[dict[str, Any]] = [{"method": "backward"}, {"limit": 0}, {"limit": True}]
    for bad in refused:
        with pytest.raises(ParameterError):
            Imputer(**bad)
    with pytest.raises(DataProcessingError, match="fitted before"):
        Imputer().transform(frame([1.0]))
    fitted = Imputer("forward").fit(frame([1.0]))
    with pytest.raises(DataProcessingError, match="no 'x'"):
        fitted.transform(pd.DataFrame({"y": [1.0]}))
    with pytest.raises(DataProcessingError, match="hold numbers"):
        fitted.transform(pd.DataFrame({"x": ["a"]}))
    with pytest.raises(DataProcessingError, match="x_missing"):
        Imputer(flag=True).fit(pd.DataFrame({"x": [np.nan], "x_missing": [1.0]}))


@pytest.mark.parametrize(("fill", "expected"), [("median", 2.0), ("mean", 4.0), ("forward", 9.0)])
def test_the_processor_offers_them(fill: str, expected: float) -> None:
    processor = DataProcessor(fill=fill)
    processor.preprocess(pd.DataFrame({"x": [1.0, 2.0, 9.0, np.nan, 2.0, 6.0]}))
    made: Any = processor.preprocess(pd.DataFrame({"x": [9.0, np.nan]}), is_training=False)
    assert made["x"].tolist() == [9.0, expected]
    start: Any = processor.preprocess(pd.DataFrame({"x": [np.nan]}), is_training=False)
    assert start["x"].tolist() == [4.0 if fill == "mean" else 2.0], "nothing before it: what training taught"


def test_the_processor_refuses_others() -> None:
    with pytest.raises(ParameterError, match="'fill'"):
        DataProcessor(fill="backward")


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("name", ["timestamp", "time", "Date", "datetime", None])
def test_nothing_is_carried_back_from_the_future(name: str | None, text: bool) -> None:
    """Newest first, the row above is the later one: by index (``None``), by column, as times or as text."""
    if name is None and text:
        name = "index as text"
    days = pd.date_range("2024-01-05", periods=4, freq="-1D", tz="UTC")
    times = days.strftime("%Y-%m-%d") if text else days
    table = frame([4.0, np.nan, 2.0, 1.0])
    table = table.assign(**{name: times}) if name in ("timestamp", "time", "Date", "datetime") else table
    if name is None or name.startswith("index"):
        table = table.set_index(pd.Index(times, name="date"))
    fitted = Imputer("forward").fit(table)
    with pytest.raises(LeakageError, match="sort them by time"):
        fitted.transform(table)
    with pytest.raises(LeakageError, match="sort them by time"):
        DataProcessor(fill="forward").preprocess(table)
    assert Imputer("forward").fit(table).transform(table.iloc[::-1])["x"].tolist() == [1.0, 2.0, 2.0, 4.0]
    assert Imputer("mean").fit(table).transform(table)["x"].notna().all(), "others do not look at neighbours"


def test_times_that_cannot_be_read_are_no_order() -> None:
    table = frame([1.0, np.nan]).assign(date=["05/01/2024", "04/01/2024"])
    with pytest.raises(LeakageError, match=r"column 'date' of Imputer must hold .* Got '05/01/2024'"):
        Imputer("forward").fit(table).transform(table)


def test_rows_of_one_time_are_in_order() -> None:
    table = frame([1.0, np.nan]).assign(timestamp=pd.Timestamp("2024-01-01", tz="UTC"))
    assert Imputer("forward").fit(table).transform(table)["x"].tolist() == [1.0, 1.0]
