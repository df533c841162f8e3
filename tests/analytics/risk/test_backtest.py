from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml_analytics.analytics.risk import backtest_var, rolling_var
from ml_analytics.core.errors import ParameterError


def counted(n: int, exceptions: int, level: float = 0.99) -> Any:
    returns = np.zeros(n)
    if exceptions:
        returns[np.linspace(0, n - 1, exceptions).astype(int)] = -1.0
    return backtest_var(returns, np.full(n, -0.5), level)


@pytest.mark.parametrize(
    ("n", "level", "fewest", "most"),
    [
        (255, 0.99, 0, 6),
        (510, 0.99, 2, 10),
        (1000, 0.99, 5, 16),
        (255, 0.95, 7, 20),
        (510, 0.95, 17, 35),
        (1000, 0.95, 38, 64),
    ],
)
def test_kupiecs_published_regions_of_non_rejection(n: int, level: float, fewest: int, most: int) -> None:
    """Kupiec (1995), table 3, test confidence 95 %: N < 7 for 255 days at 99 %, 1 < N < 11 for 510, and so on."""
    accepted = [x for x in range(n // 5) if counted(n, x, level).coverage_p_value > 0.05]
    # Zero of 255 at 99 % is just rejected by the ratio (5.13 > 3.84); the table prints the upper end only.
    assert accepted[-1] == most
    assert accepted[0] == max(fewest, 1)


def test_the_zones_are_those_of_basel() -> None:
    zones = [counted(250, x).zone for x in range(12)]
    assert zones == ["green"] * 5 + ["yellow"] * 5 + ["red"] * 2


def test_clusters_are_found_and_independence_is_not_accused() -> None:
    rng = np.random.default_rng(0)
    clustered = np.zeros(1000)
    clustered[100:150] = -1.0
    test = backtest_var(clustered, np.full(1000, -0.5), 0.95)
    assert test.coverage_p_value == pytest.approx(1.0)
    assert test.independence_p_value < 1e-10 > test.conditional_p_value
    p = [
        backtest_var(rng.normal(size=500), np.full(500, stats.norm.ppf(0.05)), 0.95).coverage_p_value
        for _ in range(300)
    ]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.04)


def test_the_chain_is_counted_by_definition() -> None:
    hits = np.array([0, 0, 1, 1, 0, 0, 0, 1, 0, 0], dtype=float)
    test = backtest_var(-hits, np.full(10, -0.5), 0.7)
    n00, n01, n10, n11 = 4, 2, 2, 1
    p01, p11, p = n01 / (n00 + n01), n11 / (n10 + n11), (n01 + n11) / 9
    free = n00 * math.log(1 - p01) + n01 * math.log(p01) + n10 * math.log(1 - p11) + n11 * math.log(p11)
    one = (n00 + n10) * math.log(1 - p) + (n01 + n11) * math.log(p)
    assert test.independence_statistic == pytest.approx(2 * (free - one), abs=1e-12)
    assert test.conditional_statistic == pytest.approx(test.coverage_statistic + test.independence_statistic)


def test_real_forecasts_know_only_the_past(market: pd.Series) -> None:
    forecasts = rolling_var(market, 250).shift(1)
    test = backtest_var(market, forecasts)
    assert test.n == 5030 - 250
    assert test.exceptions == int((market < forecasts).sum())
    assert 0.04 < test.exceptions / test.n < 0.07
    json.dumps(test.to_json(), allow_nan=False)


def test_edges_have_defined_values() -> None:
    nothing = backtest_var([], [])
    assert (nothing.n, nothing.zone, math.isnan(nothing.coverage_p_value)) == (0, "none", True)
    assert backtest_var([math.nan], [-0.1]).n == 0
    one = backtest_var([0.1], [-0.1])
    assert math.isnan(one.independence_p_value)
    assert math.isfinite(one.coverage_p_value)
    never, always = counted(100, 0), counted(100, 100)
    assert (never.independence_p_value, always.independence_p_value) == (1.0, 1.0)
    assert always.coverage_p_value < 1e-50
    with pytest.raises(ParameterError, match="as long as the returns"):
        backtest_var([0.1], [0.1, 0.2])
    with pytest.raises(ParameterError, match="confidence_level"):
        backtest_var([0.1], [0.1], 1.0)
