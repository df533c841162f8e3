"""Measures joined to bars: never a row that was not known, always the newest that was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import (
    FeatureEngineeringPipeline,
    join_to_bars,
    tick_bars,
    time_bars,
    trade_features,
)

START = pd.Timestamp("2024-01-01", tz="UTC")


def table(seconds: list[int], name: str) -> pd.DataFrame:
    at = pd.DatetimeIndex([START + pd.Timedelta(second, unit="s") for second in seconds], name="timestamp")
    return pd.DataFrame({name: np.arange(len(seconds)) * 1.0}, index=at)


SECONDS = st.lists(st.integers(0, 40), min_size=1, max_size=15)


@settings(deadline=None)
@given(
    SECONDS.map(lambda some: sorted(set(some))),
    SECONDS.map(sorted),
    st.integers(0, 5),
    st.one_of(st.none(), st.integers(0, 8)),
)
def test_each_bar_takes_the_newest_row_that_was_known(
    bars_at: list[int], rows_at: list[int], latency: int, max_age: int | None
) -> None:
    age = None if max_age is None else f"{max_age}s"
    found = join_to_bars(table(bars_at, "close"), table(rows_at, "x"), latency=f"{latency}s", max_age=age)
    for place, at in enumerate(bars_at):
        known = [row for row, stamp in enumerate(rows_at) if stamp + latency <= at]
        if known and (max_age is None or at - rows_at[known[-1]] <= max_age):
            assert found["x"].iloc[place] == known[-1]
        else:
            assert np.isnan(found["x"].iloc[place])
    assert found["close"].tolist() == table(bars_at, "close")["close"].tolist()


def test_several_tables_of_any_kind_and_columns_of_any_type() -> None:
    bars = table([1, 5, 9], "close")
    words = table([2, 6], "x").assign(word=["a", "b"], flag=[True, False], count=[1, 2])
    plain = words.reset_index().rename(columns={"timestamp": "Time", "x": "y"})[["Time", "y"]]
    found = join_to_bars(bars, words, plain)
    assert list(found.columns) == ["close", "x", "word", "flag", "count", "y"]
    assert found["word"].isna().tolist() == [True, False, False] and found["word"].tolist()[1:] == ["a", "b"]
    assert found["count"].iloc[1:].tolist() == [1, 2] and found["flag"].iloc[1:].tolist() == [True, False]
    assert join_to_bars(bars.iloc[1:], words)["count"].dtype == np.int64
    assert found.index.equals(bars.index)


def test_polars_bars_stay_polars() -> None:
    bars, rows = table([1, 5, 9], "close"), table([2, 6], "x")
    found = join_to_bars(pl.from_pandas(bars.reset_index()), pl.from_pandas(rows.reset_index()))
    assert isinstance(found, pl.DataFrame) and found.columns == ["timestamp", "close", "x"]
    assert found["x"].to_numpy() == pytest.approx([np.nan, 0.0, 1.0], nan_ok=True)


def test_what_takes_longer_than_time_itself_is_never_known() -> None:
    assert join_to_bars(table([1, 5], "close"), table([1], "x"), latency="106000D")["x"].isna().all()
    assert join_to_bars(table([1, 5], "close"), table([1], "x"), max_age="106000D")["x"].notna().all()


def test_no_rows_are_no_values() -> None:
    bars = table([1, 5], "close")
    assert join_to_bars(bars, table([1], "x").iloc[:0])["x"].isna().all()


@pytest.mark.parametrize("make", [lambda t: time_bars(t, "5s"), lambda t: tick_bars(t, 20)])
def test_from_ticks_to_a_table_for_a_model(
    trades: Any, quotes: Any, make: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    bars = make(trades)
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"returns": True}})
    flow = trade_features(trades, quotes, "1s").add_prefix("ticks_")
    found = join_to_bars(pipeline.generate_features(bars), flow)
    assert len(found) == len(bars) and found["ticks_ofi"].notna().mean() > 0.9
    peer = pd.merge_asof(bars, flow, left_index=True, right_index=True)
    assert found["ticks_ofi"].tolist() == pytest.approx(peer["ticks_ofi"].tolist(), nan_ok=True)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda b, f: join_to_bars(b), ParameterError, "The 'features' parameter of join_to_bars"),
        (lambda b, f: join_to_bars(b, f, latency="-1s"), ParameterError, "'latency' .* of 0 or more"),
        (lambda b, f: join_to_bars(b, f, max_age="-1s"), ParameterError, "'max_age'"),
        (
            lambda b, f: join_to_bars(b, f, f),
            DataProcessingError,
            "The column 'x' of join_to_bars stands twice",
        ),
        (lambda b, f: join_to_bars(b, f.iloc[::-1]), DataProcessingError, "must be in time order"),
        (
            lambda b, f: join_to_bars(b.iloc[::-1], f),
            DataProcessingError,
            "times of 'bars' .* must rise. Row 1",
        ),
        (lambda b, f: join_to_bars(b, f.reset_index(drop=True)), DataProcessingError, "must have times"),
        (lambda b, f: join_to_bars(b.iloc[:0], f), DataProcessingError, "'bars' parameter .* must have rows"),
    ],
)
def test_what_cannot_be_joined(call: Callable[..., Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call(table([1, 5], "close"), table([1, 2], "x"))
