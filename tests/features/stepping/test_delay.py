"""Values that wait."""

from __future__ import annotations

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.delay import delay, window

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, bars=periods)
def test_a_value_of_some_time_ago(values: list[float], bars: int) -> None:
    push, state = delay(bars), None
    for number, value in enumerate(values):
        state, late = push(state, value)
        assert late == pytest.approx(values[number - bars] if number >= bars else nan, nan_ok=True)
        assert len(state) <= bars


@given(values=values, size=periods)
def test_the_last_values(values: list[float], size: int) -> None:
    push, kept = window(size), None
    for stop in range(1, len(values) + 1):
        kept = push(kept, values[stop - 1])
        assert list(kept) == values[max(stop - size, 0) : stop]
