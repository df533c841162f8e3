from __future__ import annotations

import math

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(3, 200))
def test_stability_equals_the_oracle(seed: int, size: int) -> None:
    values = np.random.default_rng(seed).normal(0.001, 0.02, size)
    assert m.stability(values) == pytest.approx(
        empyrical.stability_of_timeseries(values), rel=1e-7, abs=1e-12
    )


def test_stability_of_the_sp500(market: pd.Series) -> None:
    assert m.stability(market) == pytest.approx(empyrical.stability_of_timeseries(market), rel=1e-9)


def test_a_straight_line_is_stable_and_ruin_has_no_line() -> None:
    assert m.stability([0.01] * 50) == pytest.approx(1.0)
    assert math.isnan(m.stability([0.0] * 50))
    assert math.isnan(m.stability([0.1, -1.0, 0.1]))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(3, 300))
def test_the_penalty_is_the_sum_over_all_lags(seed: int, size: int) -> None:
    noise = np.random.default_rng(seed).normal(0.0, 0.01, size)
    values = np.convolve(noise, [1.0, 0.8])[:size]
    c = abs(np.corrcoef(values[:-1], values[1:])[0, 1])
    assume(math.isfinite(c))
    expected = math.sqrt(1 + 2 * sum((size - k) / size * c**k for k in range(1, size)))
    assert m.autocorrelation_penalty(values) == pytest.approx(expected, rel=1e-9)
    assert m.autocorrelation(values) == pytest.approx(np.corrcoef(values[:-1], values[1:])[0, 1], abs=1e-9)


def test_returns_that_run_on_or_swing_back_are_both_punished() -> None:
    assert m.autocorrelation_penalty([0.01, -0.01] * 20) == pytest.approx(math.sqrt(40))
    assert m.autocorrelation_penalty([0.01] * 5) == 1.0
