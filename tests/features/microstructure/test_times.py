"""Times of ticks: which column they come from, what is refused, and durations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features.microstructure.parts import Columns
from ml_analytics.features.microstructure.times import clocks, earlier, nanoseconds, read_times

SECOND = pd.Timestamp("2024-01-01 00:00:01", tz="UTC")
AT = pd.DatetimeIndex([SECOND - pd.Timedelta("1ns"), SECOND, SECOND])
NS = AT.as_unit("ns").asi8


def read(frame: Any, **given: str) -> list[int]:
    times: list[int] = read_times(Columns(frame, "trades", "test", given, [])).tolist()
    return times


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"price": [1.0, 2.0, 3.0], **columns})


@pytest.mark.parametrize(
    "frame",
    [
        table().set_index(AT),
        table().set_index(AT.tz_convert("Asia/Tokyo")),
        table(timestamp=AT),
        table(Time=AT.tz_convert("America/New_York")),
        table(date=AT.astype(str)),
        table(local_ns=NS),
        table(local_time=AT, exch_time=AT),
        table(ts_event=AT),
        table(ts_recv_ns=NS, timestamp=AT),
        pl.from_pandas(table(timestamp=AT)),
        pl.from_pandas(table(local_ns=NS)),
        table(local_ns=NS.astype(np.uint64)),
        table(local_ns=pd.array(NS, dtype="Int64")),
    ],
)
def test_times_are_found_to_the_nanosecond(frame: Any) -> None:
    assert read(frame) == NS.tolist()


def test_numbers_are_read_by_the_unit_in_their_name() -> None:
    assert read(table(exch_ms=[1_704_067_200_000, 1_704_067_200_001, 1_704_067_200_001])) == [
        1_704_067_200_000_000_000,
        1_704_067_200_001_000_000,
        1_704_067_200_001_000_000,
    ]
    assert read(table(event_us=[1.0, 2.0, 3.0]), time="event_us") == [1000, 2000, 3000]
    with pytest.raises(DataProcessingError, match=r"datetimes, or be called by its unit .* such as 5"):
        read(table(timestamp=[5, 6, 7]))
    for wrong in ([1.5, 2, 3], [1e17, 2e17, 3e17], [2**63 // 10**6 + 1] * 3):
        with pytest.raises(DataProcessingError, match="whole numbers since 1970 in the unit of its name"):
            read(table(exch_ms=wrong))


def test_the_column_that_is_named_goes_first() -> None:
    frame = table(timestamp=AT, local_ns=NS + 5)
    assert read(frame) == NS.tolist()
    assert read(frame, time="local_ns") == (NS + 5).tolist()


def test_naive_times_are_utc_with_a_warning() -> None:
    for frame in (table().set_index(AT.tz_localize(None)), table(time=AT.tz_localize(None))):
        with pytest.warns(UserWarning, match="without a zone are taken as UTC"):
            assert read(frame) == NS.tolist()


def test_rows_that_go_back_are_refused_and_equal_ones_are_not() -> None:
    with pytest.raises(DataProcessingError, match=r"must be in time order. Row 1 \(2024-01-01 00:00:00.9999"):
        read(table().set_index(AT[[1, 0, 2]]))
    assert read(table().set_index(AT[[1, 1, 1]])) == [NS[1]] * 3


def test_times_that_are_missing() -> None:
    with pytest.raises(
        DataProcessingError, match=r"must have a DatetimeIndex or a column of times.*columns price"
    ):
        read(table())
    for frame in (
        table().set_index(pd.DatetimeIndex([AT[0], pd.NaT, AT[1]])),
        table(time=[AT[0], None, AT[1]]),
        table(exch_ms=[1.0, np.nan, 3.0]),
    ):
        with pytest.raises(DataProcessingError, match=r"must hold the time of every row. Got 1 without"):
            read(frame)
    with pytest.raises(DataProcessingError, match="yesterday"):
        read(table(time=["2024-01-01", "yesterday", "2024-01-02"]))
    with pytest.raises(DataProcessingError, match="from 1677 to 2262"):
        read(table(time=pd.DatetimeIndex(["3000-01-01"] * 3, tz="UTC").as_unit("s")))


def test_arrivals_before_the_exchange_are_refused_unless_the_clock_is_chosen() -> None:
    frame = table(local_ns=[10_000_000] * 3, exch_ms=[9, 10, 12])
    with pytest.raises(
        DataProcessingError,
        match=r"arrive \('local_ns'\) up to 0.002 s before .* stamp_arrivals.* columns=\{'time': 'exch_ms'\}",
    ):
        read(frame)
    assert read(frame, time="local_ns") == [10_000_000] * 3
    assert read(frame, time="exch_ms") == [9_000_000, 10_000_000, 12_000_000]
    assert read(table(local_ns=[13_000_000] * 3, exch_ms=[9, 10, 12])) == [13_000_000] * 3


def test_clocks_are_those_of_the_rows_that_have_both() -> None:
    frame = table(local_ns=[5_000_000, 6_000_000, 7_000_000], exch_ms=[1, np.nan, 3])
    both = clocks(Columns(frame, "trades", "test", None, []))
    assert both is not None
    assert [one.tolist() for one in both] == [[5_000_000, 7_000_000], [1_000_000, 3_000_000]]
    assert clocks(Columns(table(local_ns=NS), "trades", "test", None, [])) is None


@pytest.mark.parametrize("nothing", [[np.nan] * 3, [None] * 3, [pd.NaT] * 3, pd.array([None] * 3, "Int64")])
def test_a_clock_without_any_value_counts_as_absent(nothing: Any) -> None:
    assert read(table(local_ns=NS, exch_ms=nothing)) == NS.tolist()
    assert read(table(local_ns=nothing, exch_ms=[1, 2, 3])) == [1_000_000, 2_000_000, 3_000_000]
    assert clocks(Columns(table(local_ns=NS, exch_ms=nothing), "trades", "test", None, [])) is None
    apart = table(local_ns=[1, 2, None], exch_ms=[None, None, 3])
    assert clocks(Columns(apart, "trades", "test", None, [])) is None
    with pytest.raises(DataProcessingError, match="a column of times"):
        read(table(local_ns=nothing, exch_ms=nothing))
    with pytest.raises(DataProcessingError, match=r"must hold the time of every row. Got 3 without"):
        read(table(local_ns=NS, exch_ms=nothing), time="exch_ms")


def test_times_moved_back_stay_in_range() -> None:
    least = np.iinfo(np.int64).min
    times = np.array([least, least + 5, 0, 10], dtype=np.int64)
    assert earlier(times, 3).tolist() == [least, least + 2, -3, 7]


@pytest.mark.parametrize(
    "duration", ["1500ms", timedelta(seconds=1.5), pd.Timedelta("1.5s"), np.timedelta64(1500, "ms")]
)
def test_durations(duration: Any) -> None:
    assert nanoseconds(duration, "every", "test") == 1_500_000_000


@pytest.mark.parametrize("duration", ["", "x", "1M", "-1s", "0s", "NaT", None, 5, 1.5, True, "400000 days"])
def test_what_is_no_duration(duration: Any) -> None:
    with pytest.raises(ParameterError, match="The 'every' parameter of test must be a duration above 0"):
        nanoseconds(duration, "every", "test")
