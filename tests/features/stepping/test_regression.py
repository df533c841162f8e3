"""The straight line against a fit by polynomials."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.regression import regression

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, period=st.integers(2, 9))
def test_the_line_by_least_squares(values: list[float], period: int) -> None:
    push, state = regression(period), None
    for stop in range(1, len(values) + 1):
        state, slope, begin = push(state, values[:stop])
        if stop < period:
            assert np.isnan(slope)
        else:
            fitted = np.polyfit(np.arange(period), values[stop - period : stop], 1)
            np.testing.assert_allclose([slope, begin], fitted, atol=1e-9)


def test_an_outlier_that_left_leaves_nothing_behind() -> None:
    values = [3.0, 1e15, *np.arange(20.0).tolist()]
    push, state = regression(4), None
    for stop in range(1, len(values) + 1):
        state, slope, begin = push(state, values[:stop])
    assert (slope, begin) == (1, 16)
