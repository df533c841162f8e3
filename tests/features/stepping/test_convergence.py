"""Two averages and the average of their difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping import ema
from ml_analytics.features.stepping.convergence import convergence

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values)
def test_both_seeds_end_together(values: list[float]) -> None:
    push, state = convergence(2, 5, 3), None
    fast, slow, signal = ema(2), ema(5), ema(3)
    of_fast = of_slow = of_signal = None
    for number, value in enumerate(values):
        state, line, smoothed = push(state, value)
        of_slow, slowly = slow(of_slow, value)
        if number < 3:
            assert np.isnan(line)
            continue
        of_fast, quickly = fast(of_fast, value)
        assert line == pytest.approx(quickly - slowly, nan_ok=True)
        if number >= 4:
            of_signal, expected = signal(of_signal, quickly - slowly)
            assert smoothed == pytest.approx(expected, nan_ok=True)
