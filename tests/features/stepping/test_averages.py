"""Averages and sums of a stream against the window itself."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.averages import derived_sma, derived_sum, ema, sma

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, period=periods)
def test_simple_averages_and_sums(values: list[float], period: int) -> None:
    push, push_kept, add = sma(period), derived_sma(period), derived_sum(period)
    of_mean = of_kept = of_sum = None
    for stop in range(1, len(values) + 1):
        value, whole = values[stop - 1], stop >= period
        of_mean, mean = push(of_mean, value, values[stop - period] if whole else nan)
        of_kept, kept = push_kept(of_kept, value)
        of_sum, total = add(of_sum, value)
        expected = sum(values[stop - period : stop]) if whole else nan
        assert total == pytest.approx(expected, nan_ok=True)
        assert kept == pytest.approx(expected / period, nan_ok=True)
        assert mean == pytest.approx(kept, nan_ok=True)


@given(values=values, period=periods)
def test_exponential_averages(values: list[float], period: int) -> None:
    push, state, weight, expected = ema(period), None, 2 / (period + 1), nan
    for stop in range(1, len(values) + 1):
        state, average = push(state, values[stop - 1])
        if stop == period:
            expected = float(np.mean(values[:period]))
        elif stop > period:
            expected = weight * values[stop - 1] + (1 - weight) * expected
        assert average == pytest.approx(expected, abs=1e-12, nan_ok=True)
