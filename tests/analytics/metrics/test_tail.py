from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m

returns = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=80)


@given(returns, st.floats(0.01, 0.99))
def test_the_shortfall_is_at_least_as_bad_as_the_value_at_risk(values: list[float], level: float) -> None:
    assert m.conditional_value_at_risk(values, level) <= m.value_at_risk(values, level) + 1e-12
    assert min(values) <= m.conditional_value_at_risk(values, level) + 1e-12


@given(returns)
def test_more_confidence_means_a_deeper_loss(values: list[float]) -> None:
    assert m.value_at_risk(values, 0.99) <= m.value_at_risk(values, 0.9) + 1e-12


def test_the_number_of_worst_returns_survives_rounding() -> None:
    # (1 - 0.9) * 10 is 0.9999999999999998 in floating point; two returns are meant.
    values = np.arange(11.0)
    assert m.conditional_value_at_risk(values, 0.9) == 0.5


@settings(max_examples=50)
@given(st.lists(st.floats(-0.5, 0.5), min_size=4, max_size=40))
def test_mirrored_returns_have_the_opposite_skew_and_the_same_kurtosis(values: list[float]) -> None:
    if max(values) - min(values) < 1e-6:
        return
    mirrored = [-value for value in values]
    assert m.skew(mirrored) == pytest.approx(-m.skew(values), rel=1e-6, abs=1e-6)
    assert m.kurtosis(mirrored) == pytest.approx(m.kurtosis(values), rel=1e-6, abs=1e-6)


def test_too_few_observations_have_no_shape() -> None:
    assert math.isnan(m.skew([0.1, 0.2]))
    assert math.isnan(m.kurtosis([0.1, 0.2, 0.4]))
    assert m.tail_ratio([0.0, 0.0]) != m.tail_ratio([0.0, 0.0])
