"""Times are aware UTC inside; ranges are half-open; daylight saving changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.clock import ManualClock, SystemClock, TimeRange, as_utc, parse_time
from ml_analytics.core.errors import ParameterError

BERLIN = ZoneInfo("Europe/Berlin")
aware = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())


def test_the_system_clock_is_in_utc_and_goes_on() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


def test_the_manual_clock_moves_only_when_told_backwards_too() -> None:
    clock = ManualClock(datetime(2024, 3, 31, 1, tzinfo=BERLIN))
    assert clock.now() == clock.now() == datetime(2024, 3, 31, 0, tzinfo=UTC)
    clock.advance(timedelta(hours=-2))
    assert clock.now() == datetime(2024, 3, 30, 22, tzinfo=UTC)


def test_a_naive_time_is_utc_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="taken as UTC"):
        assert as_utc(datetime(2024, 1, 1)) == datetime(2024, 1, 1, tzinfo=UTC)


@given(aware)
def test_the_zone_never_changes_the_moment(moment: datetime) -> None:
    made = as_utc(moment)
    assert made == moment.astimezone(UTC)
    assert made.utcoffset() == timedelta(0)
    assert parse_time(made.isoformat()) == made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-01-31", datetime(2018, 1, 31, tzinfo=UTC)),
        ("2018-01-31T10:00:00", datetime(2018, 1, 31, 10, tzinfo=UTC)),
        ("2018-01-31T10:00:00Z", datetime(2018, 1, 31, 10, tzinfo=UTC)),
        ("2018-01-31T10:00:00+02:00", datetime(2018, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_iso_texts_are_read_a_missing_zone_is_utc(text: str, expected: datetime) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("bad", ["", "yesterday", "31.01.2018", "2018-13-01", "0001-01-01T00:00:00+05:00"])
def test_other_texts_are_refused(bad: str) -> None:
    with pytest.raises(ParameterError, match="must be"):
        parse_time(bad, "start", "TimeRange")


@pytest.mark.parametrize("bad", [None, 0, 1.5, date(2018, 1, 1), pd.NaT])
def test_other_types_are_refused(bad: object) -> None:
    with pytest.raises(ParameterError):
        parse_time(bad)  # type: ignore[arg-type]


def test_a_time_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ParameterError, match="years 1 to 9999"):
        as_utc(datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))))


def test_a_range_has_its_start_and_not_its_end() -> None:
    year = TimeRange.of({"start": "2018-01-01", "end": "2019-01-01"})
    assert year.contains(datetime(2018, 1, 1, tzinfo=UTC))
    assert not year.contains(datetime(2019, 1, 1, tzinfo=UTC))
    assert year.contains(datetime(2019, 1, 1, tzinfo=UTC) - timedelta.resolution)


def test_open_sides_reach_everywhere() -> None:
    assert TimeRange.of(None) == TimeRange()
    assert TimeRange().contains(datetime.min.replace(tzinfo=UTC))
    since = TimeRange.of({"start": "2018-01-01"})
    assert since.end is None
    assert since.contains(datetime.max.replace(tzinfo=UTC))
    assert not since.contains(datetime(2017, 12, 31, tzinfo=UTC))


def test_a_range_passes_through_and_an_empty_one_has_nothing() -> None:
    moment = datetime(2018, 1, 1, tzinfo=UTC)
    empty = TimeRange(moment, moment)
    assert TimeRange.of(empty) is empty
    assert not empty.contains(moment)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ParameterError, match="'end' parameter of TimeRange must be at or after the start"):
        TimeRange.of({"start": "2018-01-02", "end": "2018-01-01"})


@pytest.mark.parametrize("bad", ["2018", 5, ["2018", "2019"], {"from": "2018-01-01"}, {"start": 5}])
def test_something_else_is_no_range(bad: object) -> None:
    with pytest.raises(ParameterError):
        TimeRange.of(bad)  # type: ignore[arg-type]


def test_naive_sides_warn_and_are_utc() -> None:
    with pytest.warns(UserWarning, match="taken as UTC"):
        made = TimeRange(start=datetime(2018, 1, 1))
    assert made.start == datetime(2018, 1, 1, tzinfo=UTC)


def test_the_day_the_clocks_go_forward_has_23_hours() -> None:
    day = TimeRange(datetime(2024, 3, 31, tzinfo=BERLIN), datetime(2024, 4, 1, tzinfo=BERLIN))
    assert day.start is not None
    assert day.end is not None
    assert day.end - day.start == timedelta(hours=23)
    assert day.contains(datetime(2024, 3, 31, 3, 30, tzinfo=BERLIN))


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    first = datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=0)
    second = first.replace(fold=1)
    assert as_utc(second) - as_utc(first) == timedelta(hours=1)
    until = TimeRange(end=second)
    assert until.contains(first)
    assert not until.contains(second)


@given(aware, aware, aware)
def test_a_moment_lies_in_exactly_one_of_adjacent_ranges(a: datetime, b: datetime, moment: datetime) -> None:
    start, end = sorted((as_utc(a), as_utc(b)))
    parts = (TimeRange(None, start), TimeRange(start, end), TimeRange(end, None))
    assert sum(part.contains(moment) for part in parts) == 1
