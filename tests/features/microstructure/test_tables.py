"""Stamps that rise, and checks of plain parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.microstructure.tables import amount, one_of, strictly_later, whole_number


@given(st.lists(st.integers(0, 30), max_size=40).map(sorted))
def test_stamps_rise_and_none_is_early(times: list[int]) -> None:
    found = strictly_later(np.array(times, dtype=np.int64)).tolist()
    expected: list[int] = []
    for time in times:
        expected.append(max(time, expected[-1] + 1) if expected else time)
    assert found == expected


def test_parameters() -> None:
    one_of("a", ("a", "b"), "x", "test")
    assert whole_number(np.int64(3), "x", "test", 1) == 3
    assert amount(np.float32(0.5), "x", "test") == 0.5
    for wrong in (lambda: one_of("c", ("a", "b"), "x", "test"), lambda: whole_number(0, "x", "test", 1)):
        with pytest.raises(ParameterError, match="The 'x' parameter of test"):
            wrong()
    for value in (0, -1.0, None, True, "1", np.nan, np.inf):
        with pytest.raises(ParameterError, match="a finite number above 0"):
            amount(value, "x", "test")
