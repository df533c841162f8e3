"""The triangular average against the average of averages."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.triangular import triangular

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, period=periods)
def test_an_average_of_averages(values: list[float], period: int) -> None:
    push, state = triangular(period), None
    short, long = (period + 1) // 2, period // 2 + 1
    for stop in range(1, len(values) + 1):
        state, average = push(state, values[:stop])
        if stop < period:
            assert np.isnan(average)
        else:
            once = [np.mean(values[end - short : end]) for end in range(stop - long + 1, stop + 1)]
            assert average == pytest.approx(np.mean(once), abs=1e-12)
