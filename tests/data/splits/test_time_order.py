"""No splitter takes rows that go back in time, wherever their times stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import LeakageError
from ml_analytics.data import CombinatorialPurgedSplit, PurgedKFold, WalkForwardSplit, final_holdout

SPLITTERS: list[Any] = [
    lambda table: list(WalkForwardSplit(n_splits=2, test_size=2).split(table)),
    lambda table: list(PurgedKFold(n_splits=3).split(table)),
    lambda table: list(CombinatorialPurgedSplit(4, 2).split(table)),
    lambda table: list(final_holdout(table, start="2024-01-09")),
]
EVERY = pytest.mark.parametrize("split", SPLITTERS, ids=["walk", "kfold", "combinatorial", "holdout"])
TIMES = pd.date_range("2024-01-01", periods=12, tz="UTC")
TEXT = TIMES.strftime("%Y-%m-%dT%H:%M:%SZ")


def tables() -> dict[str, Any]:
    x = np.arange(12.0)
    naive = TIMES.tz_localize(None)
    return {
        "text": pd.DataFrame({"timestamp": TEXT, "x": x}),
        "date": pd.DataFrame({"date": TIMES, "x": x}),
        "Datetime": pd.DataFrame({"Datetime": TIMES, "x": x}),
        "arrow index": pd.DataFrame({"x": x}, index=pd.Index(naive).astype("timestamp[us][pyarrow]")),
        "arrow column": pd.DataFrame({"time": pd.Series(naive).astype("timestamp[us][pyarrow]"), "x": x}),
        "polars text": pl.DataFrame({"date": TEXT.tolist(), "x": x}),
    }


@EVERY
@pytest.mark.parametrize("kind", tables())
def test_rows_that_go_back_are_refused(split: Any, kind: str) -> None:
    table = tables()[kind]
    ordered = split(table)
    assert repr(ordered) == repr(split(pd.DataFrame({"x": np.zeros(12)}, index=TIMES)))
    disorder = [1, 0, *range(2, 12)]
    shuffled = table[disorder] if isinstance(table, pl.DataFrame) else table.iloc[disorder]
    with pytest.raises(LeakageError, match="must be in time order: sort them by time, for row 1 "):
        split(shuffled)


@EVERY
def test_times_that_cannot_be_read_are_refused(split: Any) -> None:
    with pytest.raises(LeakageError, match=r"column 'date' of .* must hold .* Got '31/12/2024'"):
        split(pd.DataFrame({"date": ["31/12/2024"] * 12, "x": range(12)}))


@EVERY
@pytest.mark.parametrize("place", ["level", "text"])
def test_rows_of_one_time_are_never_on_both_sides(split: Any, place: str) -> None:
    times, symbols = TIMES.repeat(2), ["A", "B"] * 12
    panel = (
        pd.DataFrame(
            {"x": 0.0}, index=pd.MultiIndex.from_arrays([symbols, times], names=["symbol", "timestamp"])
        )
        if place == "level"
        else pd.DataFrame({"timestamp": TEXT.repeat(2), "symbol": symbols})
    )
    folds = split(panel)
    for train, test in [folds] if split is SPLITTERS[-1] else folds:
        assert len(train) and len(test) and not set(times[train]) & set(times[test])
