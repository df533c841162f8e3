"""What a store answers about the past: late rows, versions, frames, names; beside plain loops over dicts."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import (
    DataProcessingError,
    FeatureStore,
    FeatureView,
    IntegrityError,
    ManualClock,
    NotFoundError,
    ParameterError,
    Stores,
    open_stores,
)
from ml_analytics.stores import LocalArtifactStore

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOT_A_TIME = pd.to_datetime(pd.Series([None]), utc=True)
USERS = FeatureView("users", ["user"], {"x": "float", "n": "int"})
PAIRS = FeatureView("pairs", ["user", "shop"], {"x": "float"}, ttl=timedelta(hours=5))
Rows = list[dict[str, Any]]
KEYS = st.sampled_from(["a", "b", "c|d", "c"])
HOURS = st.integers(0, 12)
WRITTEN = st.fixed_dictionaries(
    {
        "user": KEYS,
        "shop": st.sampled_from(["d", "a", "d|a"]),
        "event": HOURS,
        "created": HOURS,
        "x": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "n": st.none() | st.integers(-(2**63), 2**63 - 1),
    }
)
ASKED = st.fixed_dictionaries(
    {"user": KEYS | st.just("nobody"), "shop": st.sampled_from(["d", "a", "e"]), "at": st.integers(-1, 14)}
)


@contextmanager
def opened(clock: ManualClock | None = None) -> Iterator[FeatureStore]:
    with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
        yield FeatureStore(stores, clock=clock or ManualClock(START))


def frame_of(view: FeatureView, rows: Rows) -> pd.DataFrame:
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in view.entities}
    columns["event_timestamp"] = pd.to_datetime([START + row["event"] * HOUR for row in rows], utc=True)
    columns["created_timestamp"] = pd.to_datetime([START + row["created"] * HOUR for row in rows], utc=True)
    for name, kind in view.features.items():
        dtype: Any = "Int64" if kind == "int" else "float64"
        columns[name] = pd.array([row[name] for row in rows], dtype=dtype)
    return pd.DataFrame(columns)


def questions(asked: Rows) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user": [row["user"] for row in asked],
            "shop": [row["shop"] for row in asked],
            "event_timestamp": pd.to_datetime([START + row["at"] * HOUR for row in asked], utc=True),
        }
    )


def oracle(view: FeatureView, rows: Rows, question: dict[str, Any]) -> dict[str, Any] | None:
    best = None
    for row in rows:
        if all(row[name] == question[name] for name in view.entities):
            if row["event"] > question["at"] or row["created"] > question["at"]:
                continue
            if best is None or (row["event"], row["created"]) > (best["event"], best["created"]):
                best = row
    if best is not None and view.ttl is not None and (question["at"] - best["event"]) * HOUR > view.ttl:
        return None
    return best


def values(column: pd.Series) -> list[Any]:
    return [None if pd.isna(value) else value for value in column]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(WRITTEN, max_size=8), min_size=1, max_size=4),
    st.lists(ASKED, max_size=8),
    st.booleans(),
)
@pytest.mark.filterwarnings("ignore:.* answers none of the rows")  # they are often few, and too early
def test_the_answers_are_those_of_the_loops(batches: list[Rows], asked: Rows, compacted: bool) -> None:
    rows = [row for batch in batches for row in batch]
    with opened() as store:
        for view in (USERS, PAIRS):
            store.register(view)
            for number, batch in enumerate(batches):
                store.write(view, frame_of(view, batch), batch_id=f"b{number}")
            if compacted:
                store.compact(view)
        answer = store.get_historical_features(
            questions(asked), ["users", "pairs:x"], include_event_times=True
        )
    for view, name in ((USERS, "users__x"), (USERS, "n"), (PAIRS, "pairs__x")):
        found = [oracle(view, rows, question) for question in asked]
        feature = name.split("__")[-1]
        assert values(answer[name]) == [row and row[feature] for row in found]
        times = [row and START + row["event"] * HOUR for row in found]
        assert values(answer[f"{view.name}__event_timestamp"]) == times
    pd.testing.assert_frame_equal(answer[["user", "shop", "event_timestamp"]], questions(asked))


@pytest.mark.filterwarnings("ignore:.* answers none of the rows")  # they are often few, and too early
@settings(max_examples=25, deadline=None)
@given(st.lists(WRITTEN, max_size=10), ASKED, st.lists(WRITTEN, max_size=10))
def test_another_future_gives_the_same_answer(rows: Rows, question: dict[str, Any], others: Rows) -> None:
    at = question["at"]
    past = [row for row in rows if max(row["event"], row["created"]) <= at]
    future = [row for row in others if max(row["event"], row["created"]) > at]
    answers = []
    for written in (rows, past, past + future, future + past):
        with opened() as store:
            store.register(USERS)
            store.write(USERS, frame_of(USERS, written))
            answers.append(store.get_historical_features(questions([question]), ["users"]))
    for other in answers[1:]:
        pd.testing.assert_frame_equal(answers[0], other)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_times_of_any_zone_and_unit_are_the_same_times(store: FeatureStore, zone: str, unit: Any) -> None:
    store.register(USERS)
    hours = pd.date_range("2024-10-26T20:00Z", periods=12, freq="30min")  # Berlin's clocks go back in it
    written = pd.DataFrame({"user": 1, "x": np.arange(12.0), "n": range(12), "event_timestamp": hours})
    written["created_timestamp"] = hours
    written["event_timestamp"] = written["event_timestamp"].dt.as_unit("s").dt.tz_convert("Asia/Tokyo")
    store.write(USERS, written)
    asked = pd.DataFrame({"user": 1, "event_timestamp": hours.as_unit(unit).tz_convert(zone)})
    answer = store.get_historical_features(asked, ["users:x"])
    assert answer["x"].tolist() == list(range(12))
    before = asked.assign(event_timestamp=asked["event_timestamp"] - pd.Timedelta(seconds=1))
    assert values(store.get_historical_features(before, ["users:x"])["x"]) == [None, *range(11)]


def test_both_clock_times_of_a_change_to_winter_time_are_told_apart(store: FeatureStore) -> None:
    store.register(USERS)
    berlin = ZoneInfo("Europe/Berlin")
    twice = [datetime(2024, 10, 27, 2, 30, fold=fold, tzinfo=berlin) for fold in (0, 1)]
    times = pd.Series(twice, dtype=object)
    store.write(
        USERS,
        pd.DataFrame(
            {"user": 1, "x": [0.0, 1.0], "n": 0, "event_timestamp": times, "created_timestamp": times}
        ),
    )
    asked = pd.DataFrame({"user": 1, "event_timestamp": times})
    assert store.get_historical_features(asked, ["users:x"])["x"].tolist() == [0.0, 1.0]


def test_finer_than_a_microsecond_is_never_seen_too_early(store: FeatureStore) -> None:
    store.register(USERS)
    moment = pd.Timestamp("2024-01-01T00:00:00.000000500Z")
    store.write(
        USERS,
        pd.DataFrame(
            {"user": [1], "x": 1.0, "n": 1, "event_timestamp": [moment], "created_timestamp": [moment]}
        ),
    )
    times = [moment - pd.Timedelta(1), moment.floor("us"), moment.ceil("us")]
    asked = pd.DataFrame({"user": 1, "event_timestamp": times})
    assert values(store.get_historical_features(asked, ["users:x"])["x"]) == [None, None, 1.0]


def test_a_naive_time_is_utc_and_said_once(store: FeatureStore) -> None:
    store.register(USERS)
    written = pd.DataFrame(
        {
            "user": [1],
            "x": [1.0],
            "n": [1],
            "event_timestamp": [pd.Timestamp("2024-01-01")],
            "created_timestamp": [pd.Timestamp("2024-01-01")],
        }
    )
    with pytest.warns(UserWarning, match="no zone; they are taken as UTC") as said:
        store.write(USERS, written)
    assert len(said) == 1
    assert said[0].filename == __file__
    with pytest.warns(UserWarning, match="event_timestamp"):
        answer = store.get_historical_features(written[["user", "event_timestamp"]], ["users:x"])
    assert answer["x"].tolist() == [1.0]
    assert answer["event_timestamp"].dt.tz is None, "the caller's column stays as it is"
    text = pd.DataFrame({"user": [1], "event_timestamp": ["2023-12-31T23:30:00-01:00"]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert store.get_historical_features(text, ["users:x"])["x"].tolist() == [1.0]


DAY = datetime(2024, 1, 1, tzinfo=UTC)
NOON = DAY + 12 * HOUR
BARE = NOON.replace(tzinfo=None)
ABROAD = NOON.astimezone(ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("cells", "moments"),
    [
        (["2024-01-01 12:00"], [NOON]),
        (["2024-01-01", "2024-01-01T14:00+02:00"], [DAY, NOON]),
        ([BARE], [NOON]),
        ([DAY.date()], [DAY]),
        ([ABROAD, BARE], [NOON, NOON]),
        ([BARE, ABROAD], [NOON, NOON]),
        ([DAY.date(), BARE], [DAY, NOON]),
        ([DAY.date(), ABROAD, None], [DAY, NOON, None]),
        (pa.array([BARE]), [NOON]),
        (pa.array([DAY.date()]), [DAY]),
        (pl.Series([BARE]), [NOON]),
    ],
)
def test_every_way_to_leave_a_zone_out_is_said(cells: Any, moments: list[datetime | None]) -> None:
    whole = isinstance(cells, (pa.Array, pl.Series))
    cells = cells if whole else pd.Series(cells, dtype=object)
    make: Any = pl.DataFrame if isinstance(cells, pl.Series) else pa.table if whole else pd.DataFrame
    users = list(range(len(moments)))
    asked = pd.DataFrame({"user": users, "event_timestamp": [NOON + HOUR] * len(users)})
    with opened(ManualClock(NOON)) as store:
        store.register(FeatureView("seen", ["user"], {"at": "timestamp"}))
        store.register(FeatureView("users", ["user"], {"x": "float"}))
        times = [one or NOON for one in moments]
        if not isinstance(cells[0], str):  # text is no value of the kind timestamp
            with pytest.warns(UserWarning, match="the times of 'at' have no zone; they are taken as UTC"):
                store.write("seen", make({"user": users, "event_timestamp": times, "at": cells}))
            answer = store.get_historical_features(asked, ["seen:at"])
            assert [None if pd.isna(one) else one for one in answer["at"]] == moments
        known = {"user": users, "x": [1.0] * len(users), "event_timestamp": cells}
        words = r"^FeatureStore.write: the times of 'event_timestamp' have no zone; they are taken as UTC\.$"
        with pytest.warns(UserWarning, match=words) as said:
            report = store.write("users", make(known), on_bad="quarantine")
        assert (len(said), report.quarantined) == (1, moments.count(None))
        answer = store.get_historical_features(asked, ["users:x"], include_event_times=True)
        found = answer["users__event_timestamp"]
        assert [None if pd.isna(one) else one for one in found] == moments


@pytest.fixture
def filled(store: FeatureStore) -> FeatureStore:
    store.register(USERS)
    rows = [{"user": user, "event": 0, "created": 0, "x": float(user), "n": user} for user in range(3)]
    store.write(USERS, frame_of(USERS, rows))
    return store


def asked_of(users: list[Any]) -> pd.DataFrame:
    return pd.DataFrame({"user": users, "event_timestamp": START + HOUR})


def test_order_index_and_columns_of_a_pandas_frame_stay(filled: FeatureStore) -> None:
    asked = asked_of([2, 9, 0]).assign(other=["p", "q", "r"])
    asked.index = pd.Index([7, 7, 3], name="row")
    before = asked.copy(deep=True)
    answer = filled.get_historical_features(asked, ["users:x", "users:n"])
    pd.testing.assert_frame_equal(asked, before)
    pd.testing.assert_frame_equal(answer[list(asked.columns)], before)
    assert list(answer.columns) == [*asked.columns, "x", "n"]
    assert values(answer["x"]) == [2.0, None, 0.0]
    assert str(answer["n"].dtype) == "Int64"


def test_polars_and_arrow_come_back_as_they_came(filled: FeatureStore) -> None:
    asked = pl.DataFrame({"user": [2, 9], "event_timestamp": [START + HOUR] * 2})
    answer = filled.get_historical_features(asked, ["users"])
    assert isinstance(answer, pl.DataFrame)
    assert answer["x"].to_list() == [2.0, None]
    assert answer["n"].to_list() == [2, None]
    assert answer.select("user", "event_timestamp").equals(asked)
    table = filled.get_historical_features(asked.to_arrow(), ["users"])
    assert isinstance(table, pa.Table)
    assert table["n"].to_pylist() == [2, None]


def test_the_time_may_stand_in_the_index(filled: FeatureStore) -> None:
    asked = asked_of([2, 1]).set_index("event_timestamp")
    answer = filled.get_historical_features(asked, ["users:x"])
    assert answer["x"].tolist() == [2.0, 1.0]
    pd.testing.assert_index_equal(answer.index, asked.index)


@pytest.mark.parametrize("users", [["2", "0"], [2.0, 0.0], ["2", 0], pd.Categorical(["2", "0"])])
def test_a_key_is_compared_as_text(filled: FeatureStore, users: Any) -> None:
    assert filled.get_historical_features(asked_of(users), ["users:x"])["x"].tolist() == [2.0, 0.0]


def test_a_missing_key_is_an_unknown_entity(filled: FeatureStore) -> None:
    answer = filled.get_historical_features(asked_of([None, 1]), ["users:x"])
    assert values(answer["x"]) == [None, 1.0]


def test_batches_with_whole_numbers_and_with_text_go_together(filled: FeatureStore) -> None:
    rows = [{"user": "u9", "event": 0, "created": 0, "x": 9.0, "n": 9}]
    filled.write("users", frame_of(USERS, rows))
    assert filled.get_historical_features(asked_of(["u9", 1]), ["users:x"])["x"].tolist() == [9.0, 1.0]
    filled.compact("users")
    assert filled.get_historical_features(asked_of(["u9", 1]), ["users:x"])["x"].tolist() == [9.0, 1.0]


def test_a_missing_value_is_told_from_an_unknown_entity(filled: FeatureStore) -> None:
    rows = [{"user": 5, "event": 0, "created": 0, "x": None, "n": None}]
    filled.write("users", frame_of(USERS, rows))
    answer = filled.get_historical_features(asked_of([5, 6]), ["users:x"], include_event_times=True)
    assert values(answer["x"]) == [None, None]
    assert values(answer["users__event_timestamp"]) == [START, None]


def test_columns_are_named_in_full_when_asked_or_ambiguous(filled: FeatureStore) -> None:
    second = FeatureView("users", ["user"], {"x": "float"}, version=2)
    filled.register(second)
    filled.write("users@2", frame_of(second, [{"user": 1, "event": 0, "created": 0, "x": -1.0}]))

    def names(features: list[str], **more: Any) -> list[str]:
        answer = filled.get_historical_features(asked_of([1]), features, **more)
        return list(answer.columns[2:])

    assert names(["users@1:x"]) == ["x"]
    assert names(["users@1:x"], full_feature_names=True) == ["users__x"]
    assert names(["users@1", "users@2"]) == ["users@1__x", "n", "users@2__x"]
    answer = filled.get_historical_features(asked_of([1]).assign(x=0), ["users@1:x", "users:x"])
    assert answer.iloc[0].to_dict() == {
        "user": 1,
        "event_timestamp": START + HOUR,
        "x": 0,
        "users@1__x": 1.0,
        "users@2__x": -1.0,
    }
    with pytest.raises(ParameterError, match="without a column 'users@1__x'"):
        filled.get_historical_features(
            asked_of([1]).assign(**{"x": 0, "users__x": 0, "users@1__x": 0}), ["users@1:x"]
        )


def test_late_values_leak_only_when_asked_for_by_name(store: FeatureStore) -> None:
    store.register(USERS)
    store.write(USERS, frame_of(USERS, [{"user": 1, "event": 0, "created": 9, "x": 1.0, "n": 1}]))
    with pytest.warns(UserWarning, match="'users@1' answers none of the rows"):
        assert values(store.get_historical_features(asked_of([1]), ["users:x"])["x"]) == [None]
    leaking = store.get_historical_features(asked_of([1]), ["users:x"], leak_late_values=True)
    assert leaking["x"].tolist() == [1.0]


def test_a_past_that_was_filled_in_without_created_times_is_said(
    store: FeatureStore, clock: ManualClock
) -> None:
    store.register(USERS)
    store.register(PAIRS)
    days = pd.date_range("2023-06-01", periods=30, tz="UTC")
    past = pd.DataFrame({"user": 1, "x": 1.0, "n": range(30), "event_timestamp": days})
    store.write(USERS, past)
    store.write(PAIRS, past.drop(columns="n").assign(shop="s", created_timestamp=days))
    asked = pd.DataFrame({"user": [1, 2], "shop": "s", "event_timestamp": days[10] + HOUR})
    with pytest.warns(UserWarning) as said:
        answer = store.get_historical_features(asked, ["users:n", "pairs:x"])
    assert values(answer["n"]) == [None, None] and values(answer["x"]) == [1.0, None]
    assert len(said) == 1 and said[0].filename == __file__
    assert str(said[0].message) == (
        "get_historical_features: 'users@1' answers none of the rows, for all that had happened by their times was "
        "known only later, from 2024-01-01 00:00:00 UTC on; if this past was filled in later, write it again with a "
        "column 'created_timestamp' that says since when each value was known, or ask with leak_late_values=True."
    )
    quiet = [
        asked.assign(user=2),  # nobody's past
        asked.assign(event_timestamp=days[0] - HOUR),  # before it all
        asked.assign(event_timestamp=[days[3], clock.now()]),  # one row is answered
        asked.head(0),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for table in quiet[:2]:
            assert values(store.get_historical_features(table, ["users:n"])["n"]) == [None, None]
        late = store.get_historical_features(asked, ["users:n"], leak_late_values=True)
        assert values(late["n"]) == [10, None]
        store.get_historical_features(quiet[2].assign(user=1), ["users:n"])
        store.get_historical_features(quiet[3], ["users:n"])
    store.write(USERS, past.assign(created_timestamp=days + HOUR))  # what the warning says to do
    assert values(store.get_historical_features(asked, ["users:n"])["n"]) == [10, None]


def test_all_kinds_come_back(store: FeatureStore) -> None:
    view = FeatureView(
        "all", ["user"], {"f": float, "i": "int64", "b": "bool", "s": "string", "t": "timestamp"}
    )
    store.register(view)
    moment = pd.Timestamp("2024-02-29T12:00:00.000001Z")
    store.write(view, pd.DataFrame({
        "user": [1, 2], "f": [0.1, None], "i": pd.array([2**53 + 1, None], dtype="Int64"),
        "b": pd.array([True, None], dtype="boolean"), "s": ["ä", None],
        "t": pd.Series([moment, pd.NaT]), "event_timestamp": [START] * 2, "created_timestamp": [START] * 2,
    }))  # fmt: skip
    answer = store.get_historical_features(asked_of([1, 2, 3]), ["all"])
    assert answer.iloc[0, 2:].tolist() == [0.1, 2**53 + 1, True, "ä", moment]
    assert answer.iloc[1:, 2:].isna().all().all()
    assert [str(kind) for kind in answer.dtypes.iloc[2:]] == [
        "float64", "Int64", "boolean", "str", "datetime64[us, UTC]",
    ]  # fmt: skip


def test_no_rows_and_no_values_are_fine(store: FeatureStore) -> None:
    store.register(USERS)
    assert values(store.get_historical_features(asked_of([1]), ["users"])["n"]) == [None]
    store.write(USERS, frame_of(USERS, []))
    store.write(USERS, frame_of(USERS, [{"user": 1, "event": 0, "created": 0, "x": 1.0, "n": 1}]))
    assert len(store.get_historical_features(asked_of([1]).iloc[:0], ["users"])) == 0


@pytest.mark.parametrize(
    ("features", "error", "said"),
    [
        (["absent:x"], NotFoundError, "The feature view 'absent' was not found"),
        (["users@7:x"], NotFoundError, "The feature view 'users@7' was not found"),
        (["users:y"], NotFoundError, "'users@1' has no feature 'y': it has x, n"),
        ([], ParameterError, "references like 'view:feature'"),
        (["users:"], ParameterError, "references like 'view:feature'"),
        ([3], ParameterError, "references like 'view:feature'"),
        (["../etc:x"], ParameterError, "a name of 1 to 100"),
    ],
)
def test_a_wrong_reference_is_one_sentence(
    filled: FeatureStore, features: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as raised:
        filled.get_historical_features(asked_of([1]), features)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (asked_of([1])[["user"]], "It lacks event_timestamp"),
        (asked_of([1])[["event_timestamp"]], "It lacks user"),
        (
            asked_of([1]).assign(event_timestamp=NOT_A_TIME),
            "must have a time in every row. Got 1 without",
        ),
        (
            asked_of([1]).assign(event_timestamp=3),
            "'event_timestamp' of get_historical_features must hold times",
        ),
        (asked_of([1]).assign(event_timestamp="soon"), "must hold times in ISO 8601"),
        (asked_of([1.5]), "'user' of get_historical_features must hold whole numbers or text"),
        (asked_of([True]), "'user' of get_historical_features must hold whole numbers or text"),
    ],
)
def test_wrong_entities_are_one_sentence(filled: FeatureStore, asked: pd.DataFrame, said: str) -> None:
    with pytest.raises(DataProcessingError, match=said) as raised:
        filled.get_historical_features(asked, ["users:x"])
    assert "\n" not in str(raised.value)
    with pytest.raises(ParameterError, match="a pandas, polars or Arrow table"):
        filled.get_historical_features(3, ["users:x"])


def test_a_changed_byte_is_found(filled: FeatureStore, stores: Stores) -> None:
    assert isinstance(stores.artifacts, LocalArtifactStore)
    (file,) = [path for path in stores.artifacts.root.rglob("*") if path.is_file()]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(IntegrityError):
        filled.get_historical_features(asked_of([1]), ["users:x"])
