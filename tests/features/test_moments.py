"""Moments of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, LeakageError, ParameterError
from ml_analytics.features.moments import row_moments


def test_wherever_the_times_stand() -> None:
    times = pd.to_datetime(["2024-01-03", "2024-01-01", "2024-01-03"], utc=True)
    for frame in (
        pd.DataFrame({"a": range(3)}, index=times),
        pd.DataFrame({"timestamp": times}),
        pd.DataFrame({"Date": ["2024-01-03", "2024-01-01", "2024-01-03"]}),
    ):
        np.testing.assert_array_equal(row_moments(frame, "x"), [1, 0, 1])
    named = pd.DataFrame({"opened": times, "a": range(3)}, index=[5, 6, 7])
    assert row_moments(named, "x") is None
    np.testing.assert_array_equal(row_moments(named, "x", "opened"), [1, 0, 1])


def test_errors_are_sentences() -> None:
    frame = pd.DataFrame({"a": [1, 2], "date": [3, 4]})
    with pytest.raises(ParameterError, match=r"'time_column' parameter of x must be a column.*'opened'"):
        row_moments(frame, "x", "opened")
    with pytest.raises(LeakageError, match="'date'"):
        row_moments(frame, "x")
    with pytest.raises(DataProcessingError, match="must all have a time"):
        row_moments(pd.DataFrame({"date": ["2024-01-01", None]}), "x")
