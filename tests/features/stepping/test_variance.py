"""The stepped variance is TA-Lib's, bit for bit, and NumPy's to rounding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features import ta
from ml_analytics.features.stepping.variance import variance


def stepped(values: np.ndarray, period: int) -> list[float]:
    push, state, made, listed = variance(period), None, [], values.tolist()
    for stop in range(1, len(listed) + 1):
        state, value = push(state, listed[max(stop - period, 0) : stop])
        made.append(value)
    return made


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    period=st.integers(2, 30),
    level=st.sampled_from([0.0, 1.0, 1e6]),
    outlier=st.sampled_from([1.0, 1e5, 1e14]),
    still=st.booleans(),
)
def test_as_talib(seed: int, period: int, level: float, outlier: float, still: bool) -> None:
    values = level + np.random.default_rng(seed).normal(0, 1, 1500)
    values[400] *= outlier
    if still:
        values[700:900] = values[700]
    np.testing.assert_array_equal(stepped(values, period), ta.VAR(values, timeperiod=period))


@pytest.mark.parametrize("period", [5, 20])
def test_as_numpy(period: int) -> None:
    values = np.random.default_rng(0).normal(100, 1, 300)
    expected = [np.var(values[stop - period : stop]) for stop in range(period, 301)]
    np.testing.assert_allclose(stepped(values, period)[period - 1 :], expected, rtol=1e-10)
