"""What the report is made of: rows of features, bars and target put together, or refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import FeatureEngineeringPipeline
from ml_analytics.features.report.inputs import read_inputs

PIPELINE = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi_14", "roc_10"]}})


def test_a_pipeline_makes_the_features_itself(bars: pd.DataFrame) -> None:
    made = read_inputs(PIPELINE, bars, None)
    expected = PIPELINE.generate_features(bars)
    assert made.names == tuple(expected.columns)
    np.testing.assert_array_equal(made.values, expected.to_numpy())
    assert made.times is not None and made.times.equals(bars.index)
    assert made.group("rsi_14") == "momentum" and made.group("mine") == "other"


def test_a_table_with_fewer_rows_than_bars_belongs_to_them_by_time(bars: pd.DataFrame) -> None:
    table = PIPELINE.generate_features(bars).dropna()
    target = pd.Series(np.arange(600.0), index=bars.index)
    made = read_inputs(table, bars, target)
    assert made.shown is not None and len(made.shown.bars) == 600
    assert made.target is not None and made.target.tolist() == target[table.index].tolist()
    naive = target.set_axis(pd.DatetimeIndex(target.index).tz_localize(None))
    again = read_inputs(table, bars, naive)
    assert again.target is not None and again.target.tolist() == made.target.tolist()


def test_polars_and_an_array_are_read_alike(bars: pd.DataFrame) -> None:
    table = PIPELINE.generate_features(bars)
    there = read_inputs(table, bars, None)
    polars = pl.from_pandas(table.reset_index())
    for other in (read_inputs(polars, bars, None), read_inputs(table.to_numpy(), bars, None)):
        np.testing.assert_array_equal(other.values, there.values)
        assert other.times is not None and other.times.equals(there.times)


def test_rows_out_of_order_are_put_in_order_with_their_target() -> None:
    days = pd.date_range("2024-01-01", periods=5, tz="UTC")[[3, 0, 4, 1, 2]]
    table = pd.DataFrame({"a": [3.0, 0.0, 4.0, 1.0, 2.0]}, index=days)
    made = read_inputs(table, None, np.array([13, 10, 14, 11, 12]))
    assert made.values[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert made.target is not None and made.target.tolist() == [10, 11, 12, 13, 14]


def test_many_symbols_are_taken_together_and_one_is_shown(make_bars: Any) -> None:
    parts = [
        make_bars(length, seed).assign(symbol=name) for name, length, seed in (("B", 60, 1), ("A", 80, 2))
    ]
    ohlcv = pd.concat(parts)
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi_14"]}})
    made = read_inputs(pipeline, ohlcv, np.arange(140))
    assert made.times is not None and made.times.is_monotonic_increasing and len(made.values) == 140
    assert made.shown is not None and made.shown.symbol == "A" and len(made.shown.bars) == 80
    alone = pipeline.generate_features(parts[1].drop(columns="symbol"))["rsi_14"]
    np.testing.assert_allclose(made.values[made.shown.rows, 0], alone, rtol=1e-12)
    assert made.target is not None
    assert made.target.iloc[made.shown.rows].tolist() == list(range(60, 140))


def test_infinite_values_count_as_missing() -> None:
    made = read_inputs(
        pd.DataFrame({"a": [1.0, np.inf, -np.inf, np.nan], "b": [True, False, True, True]}), None, None
    )
    assert np.isnan(made.values[:, 0]).tolist() == [False, True, True, True]
    assert made.infinite.tolist() == [2, 0]
    assert made.values[:, 1].tolist() == [1, 0, 1, 1]


DAYS = pd.date_range("2024-01-01", periods=3, tz="UTC")


@pytest.mark.parametrize(
    ("table", "target", "said"),
    [
        ({"a": ["x", "y", "z"]}, None, "The feature 'a' of feature_report must hold numbers."),
        ({"a": [1j, 2j, 3j]}, None, "must hold numbers"),
        ({}, None, "must have a row and a column. Got the shape (0, 0)"),
        ({"a": []}, None, "must have a row and a column"),
        ({1: [1.0], "1": [2.0]}, None, "must differ as text"),
        ({"a": [1.0, 2.0]}, [1], "The 'target' parameter of feature_report must be of shape (2,)"),
        ({"a": [1.0, 2.0]}, [[1, 2]], "of shape (2,)"),
        ({"a": [1.0], "time": ["2024-13-45"]}, None, "time"),
        ({"a": [1.0, 2.0], "time": [DAYS[0], pd.NaT]}, None, "must all have a time. Got none in row 1"),
    ],
)
def test_what_is_no_table_of_features_is_refused(table: Any, target: Any, said: str) -> None:
    with pytest.raises((DataProcessingError, ParameterError), match=re.escape(said)):
        read_inputs(pd.DataFrame(table), None, target)


def test_what_does_not_belong_together_is_refused(bars: pd.DataFrame) -> None:
    table: Any = PIPELINE.generate_features(bars)
    later = table.set_axis(pd.DatetimeIndex(table.index) + pd.Timedelta(days=7))
    cases: tuple[tuple[Any, str], ...] = (
        (table.to_numpy()[1:], "of as many rows as there are bars, 600"),
        (later, "of times that are among the bars"),
        (pd.concat([table, table.tail(1)]), "of one row per bar"),
    )
    for features, said in cases:
        with pytest.raises(ParameterError, match=said):
            read_inputs(features, bars, None)
    with pytest.raises(ParameterError, match="must be bars when features come from a pipeline"):
        read_inputs(PIPELINE, None, None)
    with pytest.raises(ParameterError, match="must be of times that are among the rows"):
        read_inputs(table, bars, pd.Series([1.0, 2.0], index=DAYS[:2] + pd.Timedelta(days=9000)))


def test_the_target_of_many_symbols_has_their_rows() -> None:
    days = pd.date_range("2024-01-01", periods=20, tz="UTC")
    rows = pd.MultiIndex.from_product([["A", "B"], days], names=["symbol", "timestamp"])
    table = pd.DataFrame({"a": np.arange(40.0)}, index=rows)
    read = read_inputs(table, None, table["a"])
    assert read.target is not None and read.target.tolist() == read.values[:, 0].tolist()
    for other in (table["a"].sort_index(level=1), table["a"][::-1], table["a"].droplevel(0)[::-1]):
        with pytest.raises(ParameterError, match="symbols and times"):
            read_inputs(table, None, other)
