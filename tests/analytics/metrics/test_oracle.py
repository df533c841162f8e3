"""Against empyrical and scipy, on random returns and on the S&P 500."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ml_analytics.analytics import metrics as m

FREE = 0.02
DAILY = (1 + FREE) ** (1 / 252) - 1

PAIRS: dict[str, tuple[Callable[[Any], float], Callable[[Any], float]]] = {
    "total_return": (m.total_return, empyrical.cum_returns_final),
    "cagr": (lambda r: m.cagr(r, 252), empyrical.annual_return),
    "volatility": (lambda r: m.volatility(r, 252), empyrical.annual_volatility),
    "downside_deviation": (lambda r: m.downside_deviation(r, 252), empyrical.downside_risk),
    "sharpe_ratio": (
        lambda r: m.sharpe_ratio(r, 252, FREE),
        lambda r: empyrical.sharpe_ratio(r, risk_free=DAILY),
    ),
    "sortino_ratio": (
        lambda r: m.sortino_ratio(r, 252, FREE),
        lambda r: empyrical.sortino_ratio(r, required_return=DAILY),
    ),
    "max_drawdown": (m.max_drawdown, empyrical.max_drawdown),
    "calmar_ratio": (lambda r: m.calmar_ratio(r, 252), empyrical.calmar_ratio),
    "omega_ratio": (
        lambda r: m.omega_ratio(r, 252, FREE),
        lambda r: empyrical.omega_ratio(r, required_return=FREE),
    ),
    "tail_ratio": (m.tail_ratio, empyrical.tail_ratio),
    "value_at_risk": (m.value_at_risk, empyrical.value_at_risk),
    "conditional_value_at_risk": (m.conditional_value_at_risk, empyrical.conditional_value_at_risk),
    "skew": (m.skew, lambda r: stats.skew(r, bias=False)),
    "kurtosis": (m.kurtosis, lambda r: stats.kurtosis(r, bias=False)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_equals_the_oracle_on_the_sp500(name: str, market: pd.Series) -> None:
    ours, oracle = PAIRS[name]
    assert ours(market) == pytest.approx(float(oracle(market)), rel=1e-9)


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(5, 120), mean=st.floats(-0.01, 0.01))
def test_equals_the_oracle_on_random_returns(name: str, seed: int, size: int, mean: float) -> None:
    values = np.random.default_rng(seed).normal(mean, 0.02, size)
    ours, oracle = PAIRS[name]
    assume(not math.isnan(float(oracle(values))))
    assert ours(values) == pytest.approx(float(oracle(values)), rel=1e-7)


def test_alpha_beta_and_correlation_equal_the_oracles(market: pd.Series) -> None:
    other = market.shift(1).fillna(0.0) * 0.3 + market
    alpha, beta = empyrical.alpha_beta(other, market, risk_free=DAILY)
    assert m.beta(other, market) == pytest.approx(beta, rel=1e-9)
    assert m.alpha(other, market, 252, FREE) == pytest.approx(alpha, rel=1e-7)
    assert m.correlation(other, market) == pytest.approx(float(other.corr(market)), rel=1e-12)


def test_compounded_months_and_years_equal_the_oracle(market: pd.Series) -> None:
    for by, rule in (("month", empyrical.MONTHLY), ("year", empyrical.YEARLY)):
        expected = empyrical.aggregate_returns(market, rule)
        np.testing.assert_allclose(m.compounded(market, by), expected, rtol=1e-9, atol=1e-14)  # type: ignore[arg-type]
