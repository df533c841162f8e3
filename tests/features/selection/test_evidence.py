"""Which rows and columns a selection looks at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, LeakageError, ParameterError
from ml_analytics.features.selection.evidence import Evidence, read_evidence


def read(frame: pd.DataFrame, target: object = None, max_missing: float = 0.5) -> Evidence:
    return read_evidence(
        frame,
        np.arange(len(frame)) if target is None else target,
        task="auto",
        max_missing=max_missing,
        owner="x",
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    generator = np.random.default_rng(0)
    return pd.DataFrame(generator.normal(size=(60, 3)), columns=list("abc"))


def test_warm_up_and_last_labels_are_left_out(frame: pd.DataFrame) -> None:
    frame.loc[:19, "b"] = np.nan
    frame.loc[30, "c"] = np.inf
    target = np.arange(60.0)
    target[-5:] = np.nan
    made = read(frame, target)
    expected = [row for row in range(20, 55) if row != 30]
    np.testing.assert_array_equal(made.target, expected)
    np.testing.assert_array_equal(made.bars, expected)
    np.testing.assert_array_equal(made.values, frame.iloc[expected])


def test_a_column_with_too_many_gaps_goes_instead_of_the_rows(frame: pd.DataFrame) -> None:
    frame.loc[:35, "b"] = np.nan
    frame["empty"] = np.nan
    made = read(frame)
    assert made.aside == {1: "missing in 60% of the rows", 3: "without a value"}
    assert len(made.values) == 60
    assert len(read(frame.drop(columns="empty"), max_missing=1.0).values) == 24


def test_columns_that_cannot_tell_anything(frame: pd.DataFrame) -> None:
    frame["same"] = 3
    frame["flips in the warm-up only"] = [1.0] + [2.0] * 59
    frame.loc[0, "a"] = np.nan
    frame["when"] = pd.date_range("2024-01-01", periods=60)
    made = read(frame)
    assert made.aside == {3: "constant", 4: "constant", 5: "a column of times"}
    assert made.columns.tolist() == [0, 1, 2]


def test_truth_values_and_whole_numbers_with_gaps_are_numbers(frame: pd.DataFrame) -> None:
    frame["bool"] = np.arange(60) % 2 == 0
    frame["boolean"] = pd.Series([True, None, *[False] * 58], dtype=object)
    frame["Int64"] = pd.Series([None, *range(59)], dtype="Int64")
    made = read(frame)
    assert len(made.values) == 58
    np.testing.assert_array_equal(made.values[:, 3], frame["bool"][2:])
    np.testing.assert_array_equal(made.values[:, 4], np.arange(1, 59))
    assert made.aside == {4: "constant"}


def test_rows_are_brought_into_the_order_of_their_times(frame: pd.DataFrame) -> None:
    times = pd.date_range("2024-01-01", periods=30).repeat(2)  # two symbols
    order = np.random.default_rng(1).permutation(60)
    made = read(frame.set_index(times).iloc[order], order)
    np.testing.assert_array_equal(made.bars, np.repeat(np.arange(30), 2))
    np.testing.assert_array_equal(made.target // 2, np.repeat(np.arange(30), 2))
    np.testing.assert_array_equal(made.values, frame.iloc[made.target.astype(int)])


def test_errors_are_sentences(frame: pd.DataFrame) -> None:
    with pytest.raises(
        DataProcessingError, match=r"at least 10 rows with a known target. Got 9 \(n_samples = 60\)"
    ):
        read(frame, [*range(9), *[np.nan] * 51])
    with pytest.raises(DataProcessingError, match=r"at least 10 complete rows; 'c' has most gaps. Got 5"):
        read(frame.assign(a=[np.nan] * 10 + [1.0] * 50, c=[1.0] * 15 + [np.nan] * 45), max_missing=0.8)
    with pytest.raises(DataProcessingError, match=r"column 'text'.*DataProcessor.*'x'"):
        read(frame.assign(text="x"))
    with pytest.raises(ParameterError, match="Complex"):
        read(frame.assign(c=1j))
    with pytest.raises(DataProcessingError, match=r"must all have a time. Got 1"):
        read(frame.assign(timestamp=pd.to_datetime(["", *["2024-01-01"] * 59])))
    with pytest.raises(LeakageError, match="'time'"):
        read(frame.rename(columns={"a": "time"}))
