"""The rebuilt book against one that is replayed row by row, and what it makes of defects of the feed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import quote_features, rebuild_book

START = pd.Timestamp("2024-01-01", tz="UTC")


def feed(seed: int, updates: int = 30, snapshot_at: int | None = None) -> Any:
    """Random updates of a book whose bids lie below 100 and asks above, numbered one by one.

    With ``snapshot_at``, a snapshot of the state after the update before arrives two updates late.
    """
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    standing: dict[tuple[int, float], float] = {}
    snapshot: list[dict[str, Any]] = []
    last = 1000
    for number in range(updates):
        first, last = last + 1, last + int(rng.integers(1, 5))
        common: dict[str, Any] = {
            "timestamp": START + pd.Timedelta(number, unit="s"),
            "first_id": first,
            "last_id": last,
        }
        for _ in range(int(rng.integers(1, 6))):
            side = int(rng.choice([1, -1]))
            price, qty = 100.0 - side * 0.25 * int(rng.integers(1, 12)), float(rng.integers(0, 5)) / 2
            standing[side, price] = qty
            rows.append({**common, "is_snapshot": False, "side": side, "price": price, "qty": qty})
        if snapshot_at is not None and number == snapshot_at:
            snapshot = [
                {
                    "first_id": last,
                    "last_id": last,
                    "is_snapshot": True,
                    "side": side,
                    "price": price,
                    "qty": qty,
                }
                for (side, price), qty in standing.items()
                if qty
            ]
        if snapshot_at is not None and number == snapshot_at + 2:
            arrival = common["timestamp"] + pd.Timedelta("500ms")
            rows += [{**row, "timestamp": arrival} for row in snapshot]
    return pd.DataFrame(rows)


def slow(frame: Any, levels: int) -> list[list[float]]:
    """Replay every row into a dictionary; a row of prices after each moment at which both sides are filled."""
    standing: dict[tuple[int, float], float] = {}
    found = []
    for at in frame["timestamp"].unique():
        for row in frame[frame["timestamp"] == at].to_dict("records"):
            standing[row["side"], row["price"]] = row["qty"]
        bids = sorted((-price, qty) for (side, price), qty in standing.items() if side == 1 and qty)
        asks = sorted((price, qty) for (side, price), qty in standing.items() if side == -1 and qty)
        if bids and asks:
            pad = [(np.nan, np.nan)] * levels
            sides = zip((bids + pad)[:levels], (asks + pad)[:levels], strict=True)
            found.append([at.value, *(x for (bid, bq), (ask, aq) in sides for x in (-bid, bq, ask, aq))])
    return found


def as_rows(book: pd.DataFrame) -> list[list[float]]:
    return [[at.value, *row] for at, row in zip(book.index, book.to_numpy().tolist(), strict=True)]


def same(found: Any, expected: list[list[float]]) -> None:
    assert len(found) == len(expected)
    for ours, theirs in zip(as_rows(found), expected, strict=True):
        assert ours == pytest.approx(theirs, nan_ok=True, abs=0)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), levels=st.integers(1, 12))
def test_without_a_snapshot_every_row_is_replayed(seed: int, levels: int) -> None:
    frame = feed(seed)
    same(rebuild_book(frame.drop(columns="is_snapshot"), levels), slow(frame, levels))
    same(rebuild_book(frame[["timestamp", "side", "price", "qty"]], levels), slow(frame, levels))


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), late=st.integers(0, 20))
def test_a_late_snapshot_holds_what_was_before_it_and_takes_what_was_missed(seed: int, late: int) -> None:
    frame = feed(seed, snapshot_at=late)
    assume(frame["is_snapshot"].any())
    arrival = frame["timestamp"][frame["is_snapshot"]].min()
    found = rebuild_book(frame, 3)
    # The truth: all updates from the first on, seen only since the snapshot has arrived.
    truth = slow(frame[~frame["is_snapshot"]], 3)
    expected = [row for row in truth if row[0] >= arrival.value]
    at_arrival = [row for row in truth if row[0] < arrival.value][-1:]
    same(found, [[arrival.value, *row[1:]] for row in at_arrival] + expected)
    cut = frame[frame["last_id"] > frame["last_id"][frame["is_snapshot"]].iloc[0] - 3]
    same(rebuild_book(cut, 3), as_rows(found))  # what the snapshot holds is not needed


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 60))
def test_cutting_off_the_feed_changes_nothing_before(seed: int, rows: int) -> None:
    frame = feed(seed, snapshot_at=5)
    at = frame["timestamp"].iloc[min(rows, len(frame)) - 1]
    assume(frame["is_snapshot"][frame["timestamp"] <= at].any())
    whole, part = rebuild_book(frame, 2), rebuild_book(frame[frame["timestamp"] <= at], 2)
    pd.testing.assert_frame_equal(part, whole[whole.index <= at])


def test_a_snapshot_that_is_older_than_the_book_changes_nothing() -> None:
    once, again = feed(0, snapshot_at=2), feed(0, snapshot_at=20)
    both = pd.concat([once, again[again["is_snapshot"]]]).sort_values("timestamp", kind="stable")
    pd.testing.assert_frame_equal(rebuild_book(both, 2), rebuild_book(once, 2))


def test_a_snapshot_that_arrives_in_parts_is_known_with_its_last() -> None:
    frame = feed(0, snapshot_at=5)
    parts = frame.copy()
    rows = np.flatnonzero(frame["is_snapshot"])
    parts.loc[rows, "timestamp"] += pd.to_timedelta(np.arange(len(rows)), unit="ms")
    found, expected = rebuild_book(parts, 2), rebuild_book(frame, 2)
    assert found.index[0] == parts["timestamp"].iloc[rows[-1]] > expected.index[0]
    np.testing.assert_array_equal(found.to_numpy(), expected.to_numpy())


def test_a_table_that_marks_snapshots_must_have_one() -> None:
    with pytest.raises(
        DataProcessingError, match=r"must have a snapshot where 'is_snapshot' is a column. Got none"
    ):
        rebuild_book(feed(0))


def test_a_book_serves_as_quotes() -> None:
    book = rebuild_book(feed(0, snapshot_at=2), 3)
    assert list(book.columns[:8]) == [
        "bid",
        "bid_qty",
        "ask",
        "ask_qty",
        "bid_2",
        "bid_qty_2",
        "ask_2",
        "ask_qty_2",
    ]
    found = quote_features(book)
    assert (found["spread"] > 0).all() and len(found) == len(book)


def lose(frame: Any, number: int) -> Any:
    """Leave one update out."""
    return frame[frame["timestamp"] != START + pd.Timedelta(number, unit="s")].reset_index(drop=True)


def test_a_lost_update_is_an_error_or_waits_for_the_next_snapshot_or_is_ignored() -> None:
    frame = feed(0, snapshot_at=2)
    again = feed(0, snapshot_at=20)
    both = pd.concat([frame, again[again["is_snapshot"]]]).sort_values(
        "timestamp", kind="stable", ignore_index=True
    )
    broken = lose(both, 15)
    row = int(np.flatnonzero(broken["timestamp"] == START + pd.Timedelta("16s"))[0])
    with pytest.raises(
        DataProcessingError, match=rf"Those before row {row} \(2024-01-01 00:00:16.*gaps='reset'"
    ):
        rebuild_book(broken, 2)
    whole, reset = rebuild_book(both, 2), rebuild_book(broken, 2, gaps="reset")
    after = both["timestamp"][both["is_snapshot"]].max()
    gap = START + pd.Timedelta("15s")
    pd.testing.assert_frame_equal(reset.drop(after), whole[(whole.index < gap) | (whole.index > after)])
    assert reset.loc[after].tolist() == whole[whole.index < after].iloc[-1].tolist(), (
        "the truth at its arrival"
    )
    ignored = rebuild_book(broken, 2, gaps="ignore")
    assert len(ignored) == len(whole) - 1


def test_without_any_snapshot_a_book_begins_anew_after_a_gap() -> None:
    broken = lose(feed(0).drop(columns="is_snapshot"), 15)
    found = rebuild_book(broken, 2, gaps="reset")
    after = broken[broken["timestamp"] > START + pd.Timedelta("15s")]
    expected = slow(broken[broken["timestamp"] < START + pd.Timedelta("15s")], 2) + slow(after, 2)
    same(found, expected)


def test_a_gap_is_told_by_the_id_of_the_update_before_where_it_is_given() -> None:
    frame = feed(0).drop(columns="is_snapshot")
    ends = frame.drop_duplicates("last_id")["last_id"]
    before = dict(zip(ends, ends.shift(fill_value=0), strict=True))
    chained = frame.assign(prev_id=frame["last_id"].map(before).astype("int64"), first_id=frame["last_id"])
    same(rebuild_book(chained, 2), slow(frame, 2))
    with pytest.raises(DataProcessingError, match="are lost"):
        rebuild_book(lose(chained, 15), 2)
    unpublished = chained.drop(columns="prev_id")  # first ids that jump all the time are no gaps
    same(rebuild_book(unpublished, 2), slow(frame, 2))


def test_updates_lost_between_a_snapshot_and_the_first_after_it() -> None:
    frame = feed(0, snapshot_at=2)
    late = frame[frame["is_snapshot"] | (frame["timestamp"] > START + pd.Timedelta("4s"))]
    with pytest.raises(DataProcessingError, match="are lost"):
        rebuild_book(late, 2)
    ends = frame[~frame["is_snapshot"]].drop_duplicates("last_id")["last_id"]
    before = dict(zip(ends, ends.shift(fill_value=0), strict=True))
    chained = late.assign(prev_id=late["last_id"].map(before).fillna(0).astype("int64"))
    with pytest.raises(DataProcessingError, match="are lost"):
        rebuild_book(chained, 2)
    only = rebuild_book(late, 2, gaps="reset")
    assert len(only) == 1, "the snapshot itself, then nothing is known"


def test_a_crossed_book_is_an_error_or_left_out() -> None:
    at = pd.DatetimeIndex(["2024-01-01"] * 2 + ["2024-01-02", "2024-01-03"], tz="UTC")
    frame = pd.DataFrame(
        {"side": [1, -1, 1, 1], "price": [9.0, 10.0, 10.0, 10.0], "qty": [1.0, 1, 1, 0]}, index=at
    )
    with pytest.raises(DataProcessingError, match=r"Got the bid 10.0 and the ask 10.0 after row 2"):
        rebuild_book(frame, 1)
    assert rebuild_book(frame, 1, crossed="drop").index.tolist() == [at[0], at[3]]


def test_polars_words_and_a_table_that_never_fills() -> None:
    frame = feed(3, snapshot_at=2)
    words = frame.assign(side=frame["side"].map({1: "bid", -1: "ask"}))
    found = rebuild_book(pl.from_pandas(words), 2)
    assert isinstance(found, pl.DataFrame) and found.columns[0] == "timestamp"
    pd.testing.assert_frame_equal(
        found.to_pandas().set_index("timestamp"),
        rebuild_book(frame, 2),
        check_index_type=False,
        check_freq=False,
    )
    nothing = rebuild_book(frame[frame["side"] == 1], 2)
    assert nothing.empty and len(nothing.columns) == 8


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (
            "qty",
            -1.0,
            "The column 'qty' of rebuild_book must hold finite quantities from 0 to 1e18. Got -1.0 at row 4",
        ),
        ("price", np.nan, "Got nan at row 4"),
        ("side", 0, r"must hold \+1 or 'bid', -1 or 'ask'. Got .*0.* at row 4"),
        ("timestamp", pd.Timestamp("2020-01-01", tz="UTC"), "must be in time order. Row 4"),
        ("is_snapshot", "maybe", "must hold true or false. Got 'maybe' at row 4"),
    ],
)
def test_rows_that_cannot_be(column: str, value: Any, said: str) -> None:
    frame = feed(0, snapshot_at=8)
    if column == "is_snapshot":
        frame[column] = frame[column].astype(object)
    frame.loc[4, column] = value
    with pytest.raises(DataProcessingError, match=said):
        rebuild_book(frame)


def test_parameters_that_cannot_be() -> None:
    for options in (
        {"levels": 0},
        {"levels": 1001},
        {"gaps": "mend"},
        {"crossed": "swap"},
        {"max_prices": 0},
    ):
        (name,) = options
        with pytest.raises(ParameterError, match=f"The '{name}' parameter of rebuild_book"):
            rebuild_book(feed(0, snapshot_at=2), **options)
    with pytest.raises(DataProcessingError, match="holds at most 3 prices a side"):
        rebuild_book(feed(0, snapshot_at=2), max_prices=3)
