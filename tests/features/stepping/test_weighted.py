"""The linearly weighted average against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.weighted import wma

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, period=periods)
def test_by_definition(values: list[float], period: int) -> None:
    push, state = wma(period), None
    for stop in range(1, len(values) + 1):
        state, average = push(state, values[:stop])
        if stop < period:
            assert np.isnan(average)
        else:
            expected = np.average(values[stop - period : stop], weights=range(1, period + 1))
            assert average == pytest.approx(expected, abs=1e-12)


def test_a_giant_is_forgotten_after_eight_windows() -> None:
    values = [1e16, *[1.0] * 60]
    push, state = wma(5), None
    for stop in range(1, len(values) + 1):
        state, average = push(state, values[:stop])
    assert average == 1
