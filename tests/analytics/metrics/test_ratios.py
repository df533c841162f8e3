from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m


def test_reward_without_risk_is_infinite_and_nothing_is_nan() -> None:
    assert m.sharpe_ratio([0.001] * 10, 252) == math.inf
    assert m.sharpe_ratio([-0.001] * 10, 252) == -math.inf
    assert math.isnan(m.sharpe_ratio([0.0] * 10, 252))
    assert m.sortino_ratio([0.01], 252) == math.inf
    assert m.omega_ratio([0.01], 252) == math.inf
    assert m.calmar_ratio([0.01], 252) == math.inf
    assert math.isnan(m.calmar_ratio([0.0], 252))
    assert math.isnan(m.sharpe_ratio([0.01], 252))


@given(
    st.lists(st.floats(-0.05, 0.05).map(lambda value: round(value, 6)), min_size=3, max_size=50),
    st.floats(0.1, 10),
)
def test_leverage_does_not_change_the_sharpe_ratio(values: list[float], leverage: float) -> None:
    one = m.sharpe_ratio(values, 252)
    if math.isfinite(one):
        assert m.sharpe_ratio([leverage * value for value in values], 252) == pytest.approx(
            one, rel=1e-4, abs=1e-6
        )


@given(st.lists(st.floats(-0.05, 0.05).map(lambda value: round(value, 6)), min_size=3, max_size=50))
def test_a_higher_risk_free_rate_never_raises_a_ratio(values: list[float]) -> None:
    for ratio in (m.sharpe_ratio, m.sortino_ratio, m.omega_ratio):
        low, high = ratio(values, 252, 0.0), ratio(values, 252, 0.05)
        assert math.isnan(low) or math.isnan(high) or high <= low + 1e-9


def test_omega_is_one_at_the_mean() -> None:
    values = [0.02, -0.01, 0.03, -0.02]
    annual = (1 + sum(values) / 4) ** 252 - 1
    assert m.omega_ratio(values, 252, annual) == pytest.approx(1.0)
    assert m.omega_ratio(values, 252, 0.0, risk_free_rate=annual) == pytest.approx(1.0)
