"""Laws of the cleaning rules."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import DataProcessor
from ml_analytics.features.cleaning import TableCleaner

numbers = st.one_of(st.none(), st.floats(-1e6, 1e6))
words = st.one_of(st.none(), st.sampled_from(["low", "mid", "high"]))


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(numbers, words), min_size=1, max_size=30))
def test_clean_tables_are_finite_and_keep_their_rows(rows: list[tuple[float | None, str | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["n", "w"]).astype({"n": "float64", "w": "object"})
    cleaner = TableCleaner().fit(frame)
    made = cleaner.transform(frame)
    assert len(made) == len(frame)
    assert np.isfinite(made.to_numpy(np.float64)).all()
    known = frame["n"].notna()
    np.testing.assert_array_equal(made["n"][known], frame["n"][known])
    if known.any():
        assert (made["n"][~known] == frame["n"].median()).all()
    pd.testing.assert_frame_equal(cleaner.transform(frame.iloc[:1]), made.iloc[:1])


def test_fitting_again_forgets() -> None:
    cleaner = TableCleaner().fit(pd.DataFrame({"a": [1.0]}))
    cleaner.fit(pd.DataFrame({"b": [2.0]}))
    assert cleaner.transform(pd.DataFrame({"b": [np.nan]})).to_dict("list") == {"b": [2.0]}
    with pytest.raises(DataProcessingError, match="no 'b'"):
        cleaner.transform(pd.DataFrame({"a": [1.0]}))


def test_a_failed_fit_keeps_what_was_known() -> None:
    cleaner = TableCleaner().fit(pd.DataFrame({"a": [1.0]}))
    with pytest.raises(DataProcessingError):
        cleaner.fit(pd.DataFrame({"a": [np.inf]}))
    assert cleaner.transform(pd.DataFrame({"a": [3.0]})).to_dict("list") == {"a": [3.0]}


def test_nullable_and_whole_numbers() -> None:
    frame = pd.DataFrame({"n": pd.array([1, None, 4], dtype="Int64"), "k": [1, 2, 3]})
    made = TableCleaner().fit(frame).transform(frame)
    assert made["n"].tolist() == [1.0, 2.5, 4.0]
    assert made["k"].tolist() == [1.0, 2.0, 3.0]


def test_an_unknown_fill_is_told_to_whom_the_user_called() -> None:
    with pytest.raises(ParameterError, match="The 'fill' parameter of DataProcessor must be one of"):
        DataProcessor(fill="zero")
