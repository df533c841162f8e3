"""Wilder's averages against the recursion written out."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.wilder import gains_and_losses, rma

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


def averaged(values: list[float], period: int) -> float:
    """The mean of the first values, then a ``period``-th of each further one."""
    if len(values) < period:
        return nan
    average = float(np.mean(values[:period]))
    for value in values[period:]:
        average += (value - average) / period
    return average


@given(values=values, period=periods)
def test_the_average(values: list[float], period: int) -> None:
    push, state = rma(period), None
    for stop in range(1, len(values) + 1):
        state, average = push(state, values[stop - 1])
        assert average == pytest.approx(averaged(values[:stop], period), abs=1e-12, nan_ok=True)


@given(values=values, period=periods)
def test_gains_and_losses(values: list[float], period: int) -> None:
    push, state = gains_and_losses(period), None
    for stop in range(2, len(values) + 1):
        state, gain, loss = push(state, values[stop - 2], values[stop - 1])
        moves = np.diff(values[:stop])
        for made, way in ((gain, 1), (loss, -1)):
            expected = averaged(np.maximum(way * moves, 0).tolist(), period)
            assert made == pytest.approx(expected, abs=1e-12, nan_ok=True)
