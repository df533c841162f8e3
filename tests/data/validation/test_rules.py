from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.data.validation import RULES, DataValidator, Rule, Severity
from ml_analytics.data.validation import rules as rules_room
from ml_analytics.data.validation import table_rules as table_room


def bars(n: int = 40, freq: str = "B") -> Any:
    """Flawless bars."""
    rng = np.random.default_rng(0)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, n)))
    opens = close * (1 + rng.normal(0, 0.001, n))
    return pd.DataFrame(
        {
            "open": opens,
            "high": np.maximum(opens, close) * 1.01,
            "low": np.minimum(opens, close) * 0.99,
            "close": close,
            "volume": rng.integers(1000, 2000, n).astype(float),
        },
        index=pd.date_range("2024-01-01", periods=n, freq=freq, tz="UTC", name="timestamp"),
    )


def check(frame: Any) -> Any:
    return DataValidator().validate_ohlcv(frame)


def rules_found(frame: Any) -> dict[str, int]:
    return {one.rule: one.count for one in check(frame).findings}


def test_every_file_is_in_the_list() -> None:
    for room, listed in ((rules_room, RULES), (table_room, table_room.TABLE_RULES)):
        files = {path.stem for path in Path(str(room.__file__)).parent.glob("*.py")} - {"__init__"}
        homes = {
            (type(one) if isinstance(one, Rule) else one).__module__.rpartition(".")[2] for one in listed
        }
        assert files == homes
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    for rule in RULES:
        assert import_module(type(rule).__module__).__doc__
        assert type(rule).__doc__


@pytest.mark.parametrize("freq", ["B", "D", "h", "5min", "W", "MS"])
def test_flawless_bars_raise_nothing(freq: str) -> None:
    assert check(bars(120, freq)).findings == ()


def plant(column: str, value: Any, rows: list[int]) -> Any:
    frame = bars()
    frame.iloc[rows, frame.columns.get_loc(column)] = value
    return frame


def _unreadable_time(row: int) -> Any:
    frame = bars().reset_index().astype({"timestamp": object})
    frame.loc[row, "timestamp"] = "?"
    return frame


@pytest.mark.parametrize(
    ("frame", "rule", "rows"),
    [
        (plant("high", 1.0, [3, 7]), "high_below", [3, 7]),
        (plant("low", 1e6, [5]), "low_above", [5]),
        (plant("low", -1.0, [2]), "non_positive_price", [2]),
        (plant("low", 0.0, [2]), "non_positive_price", [2]),
        (plant("volume", -1.0, [9]), "negative_volume", [9]),
        (plant("close", np.nan, [4]), "non_finite", [4]),
        (plant("volume", np.inf, [4]), "non_finite", [4]),
        (
            bars().assign(close=bars()["close"].astype(object).where(np.arange(40) != 6, "100.5")),
            "non_numeric",
            [6],
        ),
        (bars().assign(volume=True), "non_numeric", list(range(40))),
        (bars().iloc[[0, 1, 2, 2, 3]], "duplicate_times", [3]),
        (
            _unreadable_time(8),
            "missing_time",
            [8],
        ),
    ],
)
def test_planted_errors_are_found_in_their_rows(frame: Any, rule: str, rows: list[int]) -> None:
    report = check(frame)
    found = report.finding(rule)
    assert found is not None and found.severity is Severity.ERROR and not report.ok
    assert found.rows.tolist() == rows and found.count == len(rows)
    assert not found.examples or found.examples[0].row == rows[0]
    assert all(rule in report.rejected[row] for row in rows)


def test_missing_columns_silence_only_their_rules() -> None:
    report = check(bars().drop(columns=["volume", "open"]).reset_index(drop=True))
    assert [one.rule for one in report.findings] == ["missing_columns"]
    assert "open, volume, timestamp" in report.findings[0].sentence
    assert report.findings[0].count == 3


def test_disorder_is_one_finding_and_the_rest_still_holds() -> None:
    frame = bars().iloc[[0, 1, 5, 2, 3, 4, *range(6, 40)]]
    report = check(frame)
    assert [(one.rule, one.rows.tolist()) for one in report.findings] == [("unsorted", [3, 4, 5])]
    assert report.rejected == {}
    broken = frame.copy()
    broken.iloc[2, 1] = 1.0
    assert list(check(broken).rejected) == [2], "rows are those of the table as it came"


def test_times_without_a_zone() -> None:
    report = check(bars().tz_localize(None))
    assert report.ok and rules_found(bars().tz_localize(None)) == {"naive_time_zone": 40}
    texts = bars().reset_index()
    texts["timestamp"] = texts["timestamp"].dt.strftime("%Y-%m-%d")
    assert rules_found(texts) == {"naive_time_zone": 40}
    mixed = bars(2).reset_index().astype({"timestamp": object})
    mixed["timestamp"] = ["2024-01-01T00:00:00+02:00", "2024-01-02T00:00:00-05:00"]
    assert rules_found(mixed) == {}


@pytest.mark.parametrize("as_text", [True, False])
def test_times_with_and_without_a_zone_in_one_column(as_text: bool) -> None:
    frame = bars().reset_index().iloc[::-1]
    times = [f"{time:%Y-%m-%dT%H:%M:%S}{'+02:00' if time.day % 4 else ''}" for time in frame["timestamp"]]
    cells: list[Any] = list(times) if as_text else [datetime.fromisoformat(time) for time in times]
    bare = [row for row, time in enumerate(times) if not time.endswith("+02:00")]
    frame["timestamp"] = pd.Series([None, *cells[1:]], frame.index, dtype=object)
    bare = [row for row in bare if row]
    report = check(frame)
    found = report.finding("naive_time_zone")
    assert found is not None and found.severity is Severity.WARNING and not found.rejects
    assert found.rows.tolist() == bare and found.examples
    assert found.sentence.startswith(f"{len(bare)} bars have a time without a zone and are taken as UTC")
    missing = report.finding("missing_time")
    assert missing is not None and missing.rows.tolist() == [0], "every other cell is read"


def test_numbers_are_no_times() -> None:
    report = check(bars().assign(timestamp=range(20180101, 20180141)).reset_index(drop=True))
    found = report.finding("missing_time")
    assert found is not None and found.count == 40
    assert "such as 20180101: times must be ISO 8601" in found.sentence


def test_the_cells_that_cannot_be_read_are_shown() -> None:
    frame = bars().reset_index().astype({"timestamp": object, "close": object})
    frame.loc[3, "timestamp"] = "31/12/2018"
    frame.loc[6, "close"] = "n.v."
    report = check(frame)
    sentences = {one.rule: one.sentence for one in report.findings}
    assert "such as '31/12/2018': times must be ISO 8601" in sentences["missing_time"]
    assert sentences["non_numeric"] == "1 bar holds something other than a number in close (such as 'n.v.')."


def test_flat_and_stale() -> None:
    frame = bars()
    for row in (10, 11, 12, 13, 14):
        frame.iloc[row] = [50.0, 50.0, 50.0, 50.0, 0.0]
    found = rules_found(frame)
    assert found["flat_bars"] == 5
    assert found["stale_closes"] == 4
    frame.iloc[13, 3] = frame.iloc[13, 1] = 51.0
    assert "stale_closes" not in rules_found(frame)


def test_repeated_opens_are_graded() -> None:
    frame = bars(400)
    shifted = frame["close"].shift(1)
    frame.loc[frame.index[1:200], "open"] = shifted[1:200]
    found = check(frame).finding("open_equals_previous_close")
    assert found is not None and found.severity is Severity.WARNING and found.count == 199
    assert found.details["stretches"] == [
        {"first": f"{frame.index[1]:%Y-%m-%d}", "last": f"{frame.index[199]:%Y-%m-%d}", "bars": 199}
    ]
    assert f"199 from {frame.index[1]:%Y-%m-%d} to {frame.index[199]:%Y-%m-%d}" in found.sentence
    few = bars(400)
    few.loc[few.index[7], "open"] = few["close"].iloc[6]
    assert check(few).finding("open_equals_previous_close") is None, "chance is no finding"
    always = bars(400, "h")
    always["open"] = always["close"].shift(1).fillna(100.0)
    always["high"], always["low"] = always.max(axis=1), always[["open", "close"]].min(axis=1)
    assert check(always).finding("open_equals_previous_close") is None, "a market without pauses"


@pytest.mark.parametrize(
    ("freq", "dropped", "gaps"),
    [
        ("B", [10], 0),  # a holiday
        ("B", [10, 11, 12], 0),
        ("B", [10, 11, 12, 13], 1),
        ("D", [10], 1),
        ("h", [50], 1),
        ("h", [50, 51, 90], 2),
        ("W", [5], 1),
        ("MS", [5], 1),
    ],
)
def test_gaps_follow_the_series_own_calendar(freq: str, dropped: list[int], gaps: int) -> None:
    frame = bars(200, freq)
    frame = frame.drop(frame.index[dropped])
    assert rules_found(frame).get("gaps", 0) == gaps


@pytest.mark.parametrize(("days", "severity"), [(5, Severity.INFO), (6, Severity.WARNING)])
def test_a_week_may_be_a_closed_exchange(days: int, severity: Severity) -> None:
    frame = bars(200)
    found = check(frame.drop(frame.index[50 : 50 + days])).finding("gaps")
    assert found is not None and found.severity is severity and found.rows.tolist() == [50]
    twice = check(frame.drop(frame.index[[*range(50, 55), *range(100, 105)]])).finding("gaps")
    assert twice is not None and twice.severity is Severity.WARNING, "not every month"


def test_sessions_may_pause_at_night_and_at_noon() -> None:
    days = pd.bdate_range("2024-01-01", periods=30, tz="UTC")
    minutes = [*range(9 * 60, 12 * 60, 5), *range(13 * 60, 16 * 60, 5)]
    index = pd.DatetimeIndex(
        [day + pd.Timedelta(minutes=m) for day in days for m in minutes], name="timestamp"
    )
    frame = bars(len(index), "5min").set_index(index)
    assert "gaps" not in rules_found(frame)
    found = check(frame.drop(frame.index[100:110])).finding("gaps")
    assert found is not None and found.count == 1 and "55 minutes" not in found.sentence
    assert "gaps" not in rules_found(frame[frame.index.day != days[8].day]), "one holiday"


def test_bad_ticks_are_outliers() -> None:
    frame = bars(300)
    frame.loc[frame.index[150], ["open", "high", "low", "close"]] *= 10
    found = check(frame).finding("outlying_returns")
    assert found is not None and found.rows.tolist() == [150, 151]
    assert found.severity is Severity.WARNING
    calm = bars(300)
    calm[["open", "high", "low", "close"]] = 100.0
    assert "outlying_returns" not in rules_found(calm)


def test_a_tiny_or_odd_table_breaks_no_rule() -> None:
    for n in range(1, 8):
        check(bars(n))
    nothing = bars(5).astype(object)
    nothing[:] = None
    assert rules_found(nothing)["non_finite"] == 5
    check(pd.DataFrame({"a": ["x"]}))
    check(bars(3).set_index(pd.DatetimeIndex([pd.NaT] * 3)))


_CELL = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(),
    st.text(max_size=3),
    st.none(),
    st.booleans(),
)


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(
        st.tuples(_CELL, _CELL, _CELL, _CELL, _CELL, st.one_of(st.none(), st.datetimes())),
        min_size=1,
        max_size=8,
    ),
)
def test_rows_that_are_not_rejected_obey_the_laws(rows: list[tuple[Any, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["open", "high", "low", "close", "volume", "timestamp"]).astype(object)
    rejected = DataValidator().validate_ohlcv(frame).rejected
    seen = set()
    for number, (*values, time) in enumerate(rows):
        if number in rejected:
            continue
        assert all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
        o, h, low, c, v = map(float, values)
        assert np.isfinite([o, h, low, c, v]).all() and time is not None
        assert h >= max(o, c, low) * (1 - 1e-8) and low <= min(o, c, h) * (1 + 1e-8)
        assert min(o, h, low, c) > 0 and v >= 0
        assert time not in seen
        seen.add(time)
