from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError

# Bacon (2008), "Practical portfolio performance measurement and attribution", page 65: monthly returns.
BACON = [
    0.003, 0.026, 0.011, -0.010, 0.015, 0.025, 0.016, 0.067, -0.014, 0.040, -0.005, 0.081,
    0.040, -0.037, -0.061, 0.017, -0.049, -0.022, 0.070, 0.058, -0.065, 0.024, -0.005, -0.009,
]  # fmt: skip


def test_the_published_example_of_bacon() -> None:
    assert m.ulcer_performance_index(BACON, 12) == pytest.approx(1.69, abs=0.01)
    assert m.pain_index(BACON) == pytest.approx(0.04, abs=0.0005)
    assert m.pain_ratio(BACON, 12) == pytest.approx(2.59, abs=0.005)
    assert m.kurtosis(BACON) == pytest.approx(-0.41, abs=0.005)
    assert m.downside_deviation(BACON, 12, 1.005**12 - 1) / 12**0.5 == pytest.approx(0.0255, abs=5e-5)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([-0.2, -0.1, 0.0, 0.1, 0.25]), min_size=2, max_size=40))
def test_ratios_equal_their_definition_on_the_table_of_drawdowns(values: list[float]) -> None:
    depths = m.drawdown_periods(values)["depth"].to_numpy(dtype=float)
    growth = m.cagr(values, 12) - 0.01
    lengths = m.drawdown_periods(values)["length"].to_numpy(dtype=float)
    if depths.size:
        assert m.sterling_ratio(values, 12, 0.01) == pytest.approx(growth / -depths.mean())
        assert m.burke_ratio(values, 12, 0.01) == pytest.approx(growth / math.sqrt((depths**2).sum()))
        two = np.sort(depths)[:2]
        assert m.sterling_ratio(values, 12, 0.01, largest=2) == pytest.approx(growth / -two.mean())
        assert m.burke_ratio(values, 12, 0.01, largest=2) == pytest.approx(growth / math.sqrt((two**2).sum()))
        assert m.average_drawdown(values) == pytest.approx(depths.mean())
        assert m.longest_drawdown(values) == lengths.max()
        assert m.average_drawdown_length(values) == pytest.approx(lengths.mean())
    else:
        assert m.average_drawdown(values) == m.longest_drawdown(values) == 0.0
        assert m.sterling_ratio(values, 12, 0.01) == math.copysign(math.inf, growth)


def test_serenity_equals_its_definition(market: object) -> None:
    depth = m.drawdown_series(market)
    worst = np.sort(depth)[: math.floor((depth.size - 1) * 0.05) + 1].mean()
    pitfall = -worst / m.volatility(market, 252)
    expected = (m.cagr(market, 252) - 0.02) / (m.ulcer_index(market) * pitfall)
    assert m.serenity_index(market, 252, 0.02) == pytest.approx(expected, rel=1e-9)


def test_largest_must_be_a_count() -> None:
    with pytest.raises(ParameterError, match="'largest' parameter of burke_ratio"):
        m.burke_ratio([0.1, -0.1], 12, largest=0)


@pytest.mark.parametrize(
    ("values", "rate", "expected"),
    [
        ([0.01, 0.02], 0.0, math.inf),
        ([0.01] * 5, 0.0, math.inf),
        ([0.0] * 5, 0.02, -math.inf),
        ([0.0] * 5, 0.0, math.nan),
        ([-0.01] * 5, 0.0, math.nan),
        ([0.01], 0.0, math.nan),
    ],
)
def test_serenity_without_drawdown_or_without_volatility(
    values: list[float], rate: float, expected: float
) -> None:
    assert m.serenity_index(values, 252, rate) == pytest.approx(expected, nan_ok=True)
    if not math.isnan(expected):
        assert m.ulcer_performance_index(values, 252, rate) == expected
