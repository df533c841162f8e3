"""Which rows go where, and rows of any kind of table."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, LeakageError, ParameterError
from ml_analytics.features.splitting import in_time_order, split_rows, take


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"a": [10, 11, 12]}),
        pd.Series([10, 11, 12]),
        pl.DataFrame({"a": [10, 11, 12]}),
        pl.Series([10, 11, 12]),
        np.array([10, 11, 12]),
        [10, 11, 12],
        (10, 11, 12),
    ],
    ids=lambda one: f"{type(one).__module__.split('.')[0]} {type(one).__name__}",
)
def test_take(table: Any) -> None:
    made = take(table, np.array([2, 0]))
    assert np.asarray(made).ravel().tolist() == [12, 10]
    assert len(take(table, np.array([], dtype=int))) == 0


def test_no_validation_part() -> None:
    rows = split_rows(np.zeros((10, 1)), np.zeros(10), 0.2, 0, 0)
    assert (len(rows.train), len(rows.validation), len(rows.test)) == (8, 0, 2)


def test_a_timestamp_column_orders_rows() -> None:
    times = pd.date_range("2024-01-01", periods=10, tz="UTC")[::-1]
    rows = split_rows(pd.DataFrame({"timestamp": times}), np.zeros(10), 0.2, 0.1, None)
    assert rows.test.tolist() == [1, 0]
    assert rows.train.tolist() == [9, 8, 7, 6, 5, 4, 3]
    with pytest.raises(DataProcessingError, match=r"must all have a time. Got 2 without"):
        split_rows(pd.DataFrame({"timestamp": times.where(times.day > 2)}), np.zeros(10), 0.2, 0.1, None)


def test_rows_of_one_moment_stay_together() -> None:
    days = pd.DataFrame({"date": np.repeat(pd.date_range("2024-01-01", periods=7, tz="UTC"), 5)})
    shuffled = days.sample(frac=1, random_state=0)
    rows = split_rows(shuffled, np.zeros(35), 0.2, 0.2, None)
    parts = [shuffled["date"].iloc[one] for one in (rows.train, rows.validation, rows.test)]
    assert parts[0].max() < parts[1].min() <= parts[1].max() < parts[2].min()
    assert [one.nunique() for one in parts] == [3, 2, 2]
    two = split_rows(days[:10], np.zeros(10), 0.9, 0, None)
    assert (len(two.train), len(two.test)) == (5, 5)
    with pytest.raises(DataProcessingError, match=r"rows for every part\. Got 5 of 1 moments"):
        split_rows(days[:5], np.zeros(5), 0.2, 0, None)
    with pytest.raises(DataProcessingError, match="rows for every part"):
        split_rows(days[:10], np.zeros(10), 0.2, 0.2, None)


@settings(max_examples=80, deadline=None)
@given(
    moments=st.integers(25, 40),
    each=st.integers(1, 3),
    horizon=st.integers(0, 2),
    test_size=st.floats(0.1, 0.4),
    val_size=st.sampled_from([0.0, 0.2]),
)
def test_no_label_looks_across_a_border(
    moments: int, each: int, horizon: int, test_size: float, val_size: float
) -> None:
    frame = pd.DataFrame({"opened": np.repeat(pd.date_range("2024-01-01", periods=moments), each)})
    number = np.repeat(np.arange(moments), each)
    rows = split_rows(frame, number, test_size, val_size, None, time_column="opened", horizon=horizon)
    parts = [number[one] for one in (rows.train, rows.validation, rows.test) if len(one)]
    for earlier, later in pairwise(parts):
        assert earlier.max() + horizon < later.min()
    left_out = moments * each - sum(map(len, parts))
    assert left_out == horizon * each * (len(parts) - 1)


def test_what_by_its_name_is_the_time_must_be_times() -> None:
    with pytest.raises(LeakageError, match="'date'"):
        split_rows(pd.DataFrame({"date": [3, 1, 2]}), np.zeros(3), 0.3, 0, None)
    texts = pd.DataFrame({"Time": ["2024-01-03", "2024-01-01", "2024-01-02"]})
    assert split_rows(texts, np.zeros(3), 0.3, 0, None).test.tolist() == [0]
    assert in_time_order(texts)
    assert not in_time_order(texts.rename(columns={"Time": "opened"}))
    assert in_time_order(texts.rename(columns={"Time": "opened"}), "opened")


def test_a_horizon_needs_times() -> None:
    for horizon in (1, -1, 1.5, True):
        with pytest.raises(ParameterError, match="'horizon'"):
            split_rows(np.zeros((10, 1)), np.zeros(10), 0.2, 0, 0, horizon=horizon)  # type: ignore[arg-type]
