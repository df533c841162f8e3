"""Labels of different lengths, for every splitter: the oracle compares the spans of all pairs of rows in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.data import CombinatorialPurgedSplit, PurgedKFold, WalkForwardSplit

SPLITTERS: list[Any] = [
    lambda fixed, embargo, ends: CombinatorialPurgedSplit(5, 2, fixed, embargo, ends),
    lambda fixed, embargo, ends: PurgedKFold(4, fixed, embargo, ends),
    lambda fixed, embargo, ends: WalkForwardSplit(3, 4, None, fixed, embargo, True, ends),
    lambda fixed, embargo, ends: WalkForwardSplit(3, 4, None, fixed, embargo, False, ends),
]
EVERY = pytest.mark.parametrize("make", SPLITTERS, ids=["combinatorial", "kfold", "walk", "rolling"])


@st.composite
def labelled(draw: Any) -> tuple[pd.DatetimeIndex, pd.Series]:
    """Irregular times, up to three rows per time, and an end per row: some open, some between two bars."""
    gaps = draw(st.lists(st.integers(1, 300), min_size=8, max_size=60))
    repeats = draw(st.lists(st.integers(1, 3), min_size=len(gaps), max_size=len(gaps)))
    moments = pd.Timestamp("2024-03-30", tz="UTC") + pd.to_timedelta(np.cumsum(gaps), unit="min")
    times = pd.DatetimeIndex(moments).repeat(repeats)
    lengths = draw(
        st.lists(st.one_of(st.none(), st.integers(0, 900)), min_size=len(times), max_size=len(times))
    )
    spans = pd.to_timedelta([float("nan") if one is None else one for one in lengths], unit="min")
    open_labels = draw(st.booleans())
    ends = pd.Series(times + (spans if open_labels else spans.fillna(pd.Timedelta(0))), index=times)
    return times, ends


@EVERY
@settings(max_examples=120, deadline=None)
@given(data=labelled(), embargo=st.integers(0, 3), fixed=st.integers(0, 3), as_positions=st.booleans())
def test_no_training_label_touches_a_test_label(
    make: Any, data: Any, embargo: Any, fixed: Any, as_positions: Any
) -> None:
    times, ends = data
    moments = times.unique()
    bar = {moment: number for number, moment in enumerate(moments)}
    last = times[-1] + pd.Timedelta(days=1)
    # The oracle's span of a row, in time: to its end, or to the time of the bar `fixed` bars on.
    spans = [
        (t, max(last if pd.isna(e) else e, moments[min(bar[t] + fixed, len(moments) - 1)]))
        for t, e in zip(times, ends, strict=True)
    ]
    given_ends: Any = ends
    if as_positions:
        reached = [np.nan if pd.isna(e) else int((moments <= e).sum()) - 1 for e in ends]
        given_ends = np.array(reached)
    splitter = make(fixed, embargo, given_ends)
    try:
        folds = list(splitter.split(pd.DataFrame({"x": 0.0}, index=times)))
    except ParameterError:
        assume(False)
    assert len(folds) == splitter.get_n_splits()
    for train, test in folds:
        assert len(train) and len(test)
        assert not set(times[train]) & set(times[test]), "rows of one time are never on both sides"
        for i in train:
            for j in test:
                apart = spans[i][1] < spans[j][0] or spans[j][1] < spans[i][0]
                assert apart, (spans[i], spans[j])
        if isinstance(splitter, WalkForwardSplit):
            continue
        for first, stop in runs([bar[times[j]] for j in test]):
            reach = max(spans[j][1] for j in test if first <= bar[times[j]] < stop)
            after = [number for number, moment in enumerate(moments) if moment > reach][:embargo]
            assert not {bar[times[i]] for i in train} & set(after), "the embargo follows every test group"


def runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return the half-open stretches of consecutive numbers."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found


@EVERY
def test_a_constant_end_equals_the_fixed_horizon(make: Any) -> None:
    times = pd.date_range("2024-01-01", periods=40, freq="h", tz="UTC")
    X = pd.DataFrame({"x": np.zeros(40)}, index=times)
    by_horizon = list(make(3, 1, None).split(X))
    in_time = pd.Series(times + pd.Timedelta(hours=3), index=times)
    for ends in (
        in_time,
        in_time.sample(frac=1.0, random_state=0),
        np.arange(3, 43),
        pl.Series(range(3, 43)),
    ):
        for ours, theirs in zip(make(0, 1, ends).split(X), by_horizon, strict=True):
            np.testing.assert_array_equal(ours[0], theirs[0])
            np.testing.assert_array_equal(ours[1], theirs[1])


@EVERY
def test_tables_of_every_kind_give_the_same_folds(make: Any) -> None:
    times = pd.date_range("2024-01-01", periods=30, freq="h", tz="UTC").repeat(2)
    ends = times + pd.Timedelta(hours=2)
    frame = pd.DataFrame({"x": np.arange(60.0)}, index=times)
    expected = list(make(0, 1, ends).split(frame))
    polars = pl.DataFrame(
        {
            "timestamp": pl.Series(times.tz_localize(None).to_numpy()).dt.replace_time_zone("UTC"),
            "x": range(60),
        }
    )
    polars_ends = pl.Series(ends.tz_localize(None).to_numpy()).dt.replace_time_zone("UTC")
    naive = frame.set_axis(times.tz_localize(None), axis=0)
    column = frame.rename_axis("timestamp").reset_index()
    cases = [
        (polars, polars_ends),
        (naive, ends),
        (column, ends),
        (column, pd.Series(ends)),
        (frame, ends.tz_convert(None).to_numpy()),
    ]
    for X, given_ends in cases:
        for ours, theirs in zip(make(0, 1, given_ends).split(X), expected, strict=True):
            np.testing.assert_array_equal(ours[0], theirs[0])
            np.testing.assert_array_equal(ours[1], theirs[1])


@EVERY
def test_refusals(make: Any) -> None:
    times = pd.date_range("2024-01-01", periods=40, freq="h", tz="UTC")
    X = pd.DataFrame({"x": np.zeros(40)}, index=times)
    early = np.arange(40)
    early[7] = 6
    wrong: list[tuple[Any, Any, str]] = [
        (X, np.arange(39), r"as long as X \(40 rows\)\. Got 39"),
        (X, early, r"at or after the time of its row \(row 7\)"),
        (X, times - pd.Timedelta(minutes=1), r"at or after the time of its row \(row 0\)"),
        (np.zeros((40, 1)), times, "bar positions while X has no times"),
        (X, pd.Series(times, index=times + pd.Timedelta(days=9)), "an index that holds every row of X once"),
        (X, np.arange(40) + 0.5, "made of times or of whole bar positions"),
        (X, ["soon"] * 40, "made of times or of whole bar positions"),
        (X, np.full(40, np.inf), "made of times or of whole bar positions"),
    ]
    for table, ends, sentence in wrong:
        with pytest.raises(ParameterError, match=f"The 'label_end' parameter of .*{sentence}"):
            list(make(0, 0, ends).split(table))


def test_walk_forward_says_when_the_labels_leave_nothing() -> None:
    with pytest.raises(ParameterError, match=r"'label_end' parameter of WalkForwardSplit.*leave 5 bars"):
        list(WalkForwardSplit(2, 5, 5, label_end=np.full(20, 19)).split(np.zeros(20)))
