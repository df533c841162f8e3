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
