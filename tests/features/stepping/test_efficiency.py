"""The efficiency ratio against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.efficiency import efficiency

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, period=periods)
def test_by_definition(values: list[float], period: int) -> None:
    push, state = efficiency(period), None
    for stop in range(1, len(values) + 1):
        state, ratio = push(state, values[:stop])
        window = values[max(stop - period - 1, 0) : stop]
        way = np.abs(np.diff(window)).sum()
        if len(window) <= period:
            assert np.isnan(ratio)
        else:
            assert ratio == pytest.approx(abs(window[-1] - window[0]) / way if way else 1)


def test_at_most_one_whatever_a_spike_leaves_in_the_running_sum() -> None:
    """The sum keeps about 1e-6 of the spike's rounding, more than a straight fall's way differs from its move."""
    for seed in range(10):
        fall = 100 - 0.05 * np.arange(60) + 0.01 * np.random.default_rng(seed).random(60)
        fall[20] = 1e10
        push, state = efficiency(10), None
        for stop in range(1, 61):
            state, ratio = push(state, fall[:stop].tolist())
            assert np.isnan(ratio) or 0 <= ratio <= 1
