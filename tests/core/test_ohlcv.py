"""Market bars in one shape, or one sentence that says what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.core.ohlcv import OHLCV, as_ohlcv

TIMES = pd.date_range("2024-01-01", periods=4, tz="UTC")


def bars(times: Any = TIMES, **changes: Any) -> pd.DataFrame:
    values = {name: np.arange(1.0, 5.0) + i for i, name in enumerate(OHLCV)}
    return pd.DataFrame({**values, **changes}, index=times)


def test_good_bars_pass_as_a_new_frame() -> None:
    given_bars = bars()
    made = as_ohlcv(given_bars)
    pd.testing.assert_frame_equal(made, given_bars.rename_axis("timestamp"), check_freq=False)
    made.iloc[0, 0] = -1.0
    assert given_bars.iloc[0, 0] == 1.0


@pytest.mark.parametrize("name", ["timestamp", "Date", "TIME", "datetime"])
@pytest.mark.parametrize("kind", [pd.DataFrame, pl.from_pandas])
def test_any_case_any_time_column_and_polars(name: str, kind: Any) -> None:
    table = bars().rename(columns=str.upper).rename_axis(name).reset_index()
    pd.testing.assert_frame_equal(as_ohlcv(kind(table)), as_ohlcv(bars()), check_index_type=False)


def test_other_columns_are_left_out_and_the_order_is_set() -> None:
    table = bars(symbol="X")[["volume", "symbol", "close", "low", "high", "open"]]
    assert tuple(as_ohlcv(table).columns) == OHLCV


def test_integers_become_floats_and_missing_stays_missing() -> None:
    volume = pd.array([1, None, 3, 4], dtype="Int64")
    made = as_ohlcv(bars(volume=volume, open=[1, 2, 3, 4]))
    assert (made.dtypes == np.float64).all()
    assert np.isnan(made["volume"].iloc[1])


def test_other_zones_become_utc() -> None:
    times = pd.date_range("2024-03-30", periods=4, tz="Europe/Berlin")
    made = as_ohlcv(bars(times))
    assert str(pd.DatetimeIndex(made.index).tz) == "UTC"
    assert (made.index == times).all()


def test_the_hour_that_comes_twice_is_in_order() -> None:
    times = pd.date_range("2024-10-27 00:00", periods=4, freq="h", tz="UTC").tz_convert("Europe/Berlin")
    assert len(as_ohlcv(bars(times))) == 4


def test_naive_times_are_utc_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="taken as UTC"):
        made = as_ohlcv(bars(TIMES.tz_localize(None)))
    assert (made.index == TIMES).all()


def test_iso_texts_are_times() -> None:
    texts = [time.strftime("%Y-%m-%d") for time in TIMES]
    made = as_ohlcv(bars().reset_index(drop=True).assign(date=texts))
    assert (made.index == TIMES).all()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (bars().drop(columns="close"), "Got none named close among open, high, low, volume"),
        (bars().iloc[:0], "at least one bar"),
        (
            bars(close=["1.0", "2", "x", "4"]),
            "The column 'close' of rsi must hold numbers. Got .* such as 'x'",
        ),
        (bars(close=[True, False, True, True]), "The column 'close' of rsi must hold numbers"),
        (bars().reset_index(drop=True), "DatetimeIndex or a time column"),
        (bars().reset_index(drop=True).assign(date="soon"), "ISO 8601"),
        (bars().reset_index(drop=True).assign(time=[1, 2, 3, 4]), "ISO 8601.*Got the number 1"),
        (bars(pd.DatetimeIndex([*TIMES[:3], pd.NaT])), "must all be known. Got 1 empty"),
        (bars(TIMES[[0, 1, 1, 3]]), "Row 2 .* repeats the time before it"),
        (bars(TIMES[[0, 2, 1, 3]]), "Row 2 .* lies before the bar above it"),
        (bars().assign(Close=1.0), "The column 'close' of rsi stands twice but for its case"),
    ],
)
def test_bad_bars_are_one_sentence(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(DataProcessingError, match=said):
        as_ohlcv(table, "rsi")


def test_disorder_hints_at_symbols_unless_they_are_there() -> None:
    for rows in ([0, 1, 1, 3], [0, 2, 1, 3]):
        table = bars(TIMES[rows]).assign(ticker="A")
        with pytest.raises(DataProcessingError, match=r"\(for many symbols give a column 'symbol'\)\. Row 2"):
            as_ohlcv(table)
        with pytest.raises(DataProcessingError, match=r"without repeats\. Row 2"):
            as_ohlcv(table.rename(columns={"ticker": "Symbol"}))


def test_the_validator_may_look_at_disorder() -> None:
    table = bars(TIMES[[0, 2, 1, 1]])
    assert as_ohlcv(table, ordered=False).index.tolist() == table.index.tolist()


@given(st.permutations(range(4)))
def test_only_increasing_times_are_in_order(order: list[int]) -> None:
    table = bars().iloc[order]
    if order == sorted(order):
        assert len(as_ohlcv(table)) == 4
    else:
        with pytest.raises(DataProcessingError, match="time order"):
            as_ohlcv(table)
