"""The offset between two clocks, and times of arrival put right by it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import clock_offset, stamp_arrivals, tick_bars


def ticks(latency_ms: list[int]) -> pd.DataFrame:
    exchange = 1_704_067_200_000 + 10 * np.arange(len(latency_ms))
    return pd.DataFrame(
        {"exch_ms": exchange, "local_ns": (exchange + latency_ms) * 1_000_000, "price": 1.0, "qty": 1.0}
    )


@given(st.lists(st.integers(-3000, 3000), min_size=1, max_size=30))
def test_the_offset_is_the_least_that_leaves_no_row_early(latency_ms: list[int]) -> None:
    found = clock_offset(ticks(latency_ms))
    assert found == pd.Timedelta(max(0, -min(latency_ms)), unit="ms")
    stamped = stamp_arrivals(ticks(latency_ms), found)
    exchange = pd.to_datetime(stamped["exch_ms"], unit="ms", utc=True)
    assert (stamped["timestamp"] >= exchange).all()
    if found > pd.Timedelta(0):
        assert (stamped["timestamp"] == exchange).any(), "none smaller would do"
        with pytest.raises(
            ParameterError, match="The 'offset' parameter of stamp_arrivals must be at least 0 days"
        ):
            stamp_arrivals(ticks(latency_ms), found - pd.Timedelta("1ns"))


def test_tables_of_one_collector_share_its_offset() -> None:
    without = ticks([0, 0]).drop(columns="exch_ms")
    assert clock_offset(ticks([-5, 1]), without, ticks([-9, 2])) == pd.Timedelta("9ms")
    assert stamp_arrivals(without, "9ms")["timestamp"].tolist() == [
        pd.Timestamp(at + 9_000_000, tz="UTC") for at in without["local_ns"]
    ]
    with pytest.raises(DataProcessingError, match="must have times of arrival and of the exchange"):
        clock_offset(without)


def test_rows_without_a_time_of_the_exchange_are_passed_over() -> None:
    frame = ticks([-5, -7]).astype({"exch_ms": "float64"})
    frame.loc[1, "exch_ms"] = np.nan
    assert clock_offset(frame) == pd.Timedelta("5ms")


def test_a_clock_without_any_value_counts_as_absent() -> None:
    without = ticks([0, 0]).drop(columns="exch_ms")
    for nothing in (np.nan, None):
        frame = without.assign(exch_ms=nothing)
        assert clock_offset(ticks([-5]), frame) == pd.Timedelta("5ms")
        assert stamp_arrivals(frame, "5ms")["timestamp"].equals(stamp_arrivals(without, "5ms")["timestamp"])
        assert stamp_arrivals(pl.from_pandas(frame), "5ms").height == 2
        with pytest.raises(DataProcessingError, match="must have times of arrival and of the exchange"):
            clock_offset(frame)
        with pytest.raises(DataProcessingError, match=r"'local_ns' .* every row. Got 2 without"):
            stamp_arrivals(ticks([0, 0]).assign(local_ns=nothing), "5ms")


def test_the_table_keeps_its_kind_its_rows_and_its_index() -> None:
    frame = ticks([-5, 1, 2]).assign(market=pd.Categorical(["a", "b", "a"])).set_axis([7, 8, 9])
    found = stamp_arrivals(frame, "5ms")
    pd.testing.assert_frame_equal(found.drop(columns="timestamp"), frame)
    of_polars = pl.from_pandas(frame)
    stamped = stamp_arrivals(of_polars, "5ms")
    assert stamped.drop("timestamp").equals(of_polars)
    assert stamped["timestamp"].dtype == pl.Datetime("ns", "UTC")
    assert stamped["timestamp"].dt.epoch("ns").to_list() == found["timestamp"].array.asi8.tolist()
    rows = stamp_arrivals(frame.to_dict("records"), "5ms")
    assert rows["timestamp"].tolist() == found["timestamp"].tolist()


def test_a_stamped_table_is_read_by_its_new_times() -> None:
    bars = tick_bars(stamp_arrivals(ticks([-5, -5]), "5ms"), 1)
    assert bars.index.tolist() == pd.to_datetime(ticks([0, 0])["exch_ms"], unit="ms", utc=True).tolist()


def test_what_cannot_be_stamped() -> None:
    with pytest.raises(
        ParameterError, match="'offset' parameter of stamp_arrivals must be a duration of 0 or more"
    ):
        stamp_arrivals(ticks([1]), "-1s")
    with pytest.raises(DataProcessingError, match="must have the columns arrival"):
        stamp_arrivals(ticks([1]).drop(columns="local_ns"), "1s")
    with pytest.raises(DataProcessingError, match="has a column 'timestamp' already"):
        stamp_arrivals(stamp_arrivals(ticks([1]), "0s"), "0s")
    with pytest.raises(ParameterError, match="one that ends before the year 2262"):
        stamp_arrivals(pd.DataFrame({"local_ns": [2**63 - 1]}), "1s")
    own = ticks([-5]).rename(columns={"local_ns": "seen_ns", "exch_ms": "made_ms"})
    assert clock_offset(own, columns={"arrival": "seen_ns", "exchange": "made_ms"}) == pd.Timedelta("5ms")
