from __future__ import annotations

import json
import math
from typing import Any

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.risk import benchmark_analysis, down_capture, up_capture
from ml_analytics.core.errors import ParameterError


@pytest.fixture(scope="module")
def nasdaq() -> pd.Series:
    from arch.data import nasdaq

    closes: pd.Series = nasdaq.load()["Adj Close"].astype(np.float64)
    return closes.pct_change().iloc[1:]


def test_figures_are_the_metrics_and_those_of_empyrical(market: pd.Series, nasdaq: pd.Series) -> None:
    found = benchmark_analysis(nasdaq, market, 252, risk_free_rate=0.02)
    assert found.alpha == m.alpha(nasdaq, market, 252, 0.02)
    assert found.beta == m.beta(nasdaq, market) == pytest.approx(empyrical.beta(nasdaq, market))
    assert found.r_squared == pytest.approx(np.corrcoef(nasdaq, market)[0, 1] ** 2)
    assert found.tracking_error == m.tracking_error(nasdaq, market, 252)
    assert found.information_ratio == m.information_ratio(nasdaq, market, 252)
    assert found.active_return == pytest.approx(empyrical.cagr(nasdaq) - empyrical.cagr(market), abs=1e-9)
    assert found.n == 5030
    assert found.beta_low < found.beta < found.beta_high
    assert found.alpha_low < found.alpha < found.alpha_high
    assert found.beta_p < 1e-9  # more than the market


def test_capture_is_that_of_empyrical_without_its_year(market: pd.Series, nasdaq: pd.Series) -> None:
    """Empyrical compounds up days to a year of up days; taken back to a day it is the same."""
    for sign, ours, theirs in (
        (1, up_capture, empyrical.up_capture),
        (-1, down_capture, empyrical.down_capture),
    ):
        chosen = sign * market > 0
        years = [1 + empyrical.annual_return(one[chosen]) for one in (nasdaq, market)]
        assert theirs(nasdaq, market) == pytest.approx((years[0] - 1) / (years[1] - 1))
        days = [year ** (1 / 252) - 1 for year in years]
        assert ours(nasdaq, market) == pytest.approx(days[0] / days[1])


@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=30))
def test_the_benchmark_captures_itself(returns: list[float]) -> None:
    for capture, some in ((up_capture, max(returns) > 1e-9), (down_capture, min(returns) < -1e-9)):
        if some:
            assert capture(returns, returns) == pytest.approx(1.0)


def test_years_are_the_figures_of_their_returns(market: pd.Series, nasdaq: pd.Series) -> None:
    table = benchmark_analysis(nasdaq, market, 252).by_year
    assert table.index.tolist() == list(range(1999, 2019))
    for year in (1999, 2008):
        own, other = nasdaq[str(year)], market[str(year)]
        row = table.loc[year]
        assert row["total_return"] == m.total_return(own)
        assert row["benchmark_return"] == m.total_return(other)
        assert row["beta"] == m.beta(own, other)
        assert row["periods"] == len(own)
    growth = (1 + table["total_return"]).prod()
    assert growth == pytest.approx(1 + m.total_return(nasdaq))


def test_times_are_joined_and_gaps_left_out(market: pd.Series, nasdaq: pd.Series) -> None:
    own = nasdaq.iloc[:300].copy()
    own.iloc[10] = np.nan
    other = market.iloc[100:500].drop(market.index[200])
    found = benchmark_analysis(own, other, 252, window=30)
    both = pd.concat([own, other], axis=1, keys=["r", "b"]).dropna()
    assert found.n == len(both) == 199
    assert found.beta == pytest.approx(m.beta(both["r"], both["b"]))
    assert found.rolling is not None
    assert len(found.rolling) == 300
    assert found.rolling["beta"].notna().sum() == 200 - 29 - 30


def test_a_year_is_one_of_the_periods_that_both_know(market: pd.Series) -> None:
    """A market that never closes beside one of five days: 252 joined periods a year, not 365."""
    days = pd.date_range(market.index[0], market.index[999], freq="D")
    own = pd.Series(np.random.default_rng(0).normal(0.001, 0.03, len(days)), index=days)
    found = benchmark_analysis(own, market, window=200, benchmark_gaps="skip")
    joined = own.reindex(market.index[:1000])
    assert (found.n, found.periods_per_year) == (1000, 252.0)
    assert found.tracking_error == pytest.approx(m.tracking_error(joined, market[:1000], 252))
    assert benchmark_analysis(own, market, 365).periods_per_year == 365.0
    assert found.rolling is not None
    assert found.rolling["beta"].notna().sum() == 1000 - 199
    volatility = m.rolling_volatility(own, 365, 200)  # of every day of its own
    pd.testing.assert_series_equal(found.rolling["volatility"], volatility, check_names=False)


def test_the_rate_moves_alpha_as_it_should(market: pd.Series) -> None:
    """Half in the market, half at the rate: alpha is 0 whatever the rate."""
    rate = 0.05
    free = (1 + rate) ** (1 / 252) - 1
    found = benchmark_analysis(0.5 * market + 0.5 * free, market, 252, risk_free_rate=rate)
    assert (found.beta, found.r_squared) == pytest.approx((0.5, 1.0))
    assert found.alpha == pytest.approx(0.0, abs=1e-12)
    assert found.up_capture < 1 > found.down_capture


@pytest.mark.parametrize(
    ("returns", "benchmark", "beta"),
    [
        ([], [], math.nan),
        ([0.01], [0.02], math.nan),
        ([0.01, 0.02], [0.02, 0.04], 0.5),
        ([0.01] * 9, [0.02] * 9, math.nan),
        ([math.nan] * 9, [0.01] * 9, math.nan),
        ([-1.0] * 9, [0.1, -0.1, 0.2] * 3, 0.0),
        ([0.1, -1.0, 0.2] * 3, [0.1, -1.0, 0.2] * 3, 1.0),
    ],
    ids=str,
)
def test_edges_have_defined_values(returns: list[float], benchmark: list[float], beta: float) -> None:
    found = benchmark_analysis(returns, benchmark, 252)
    assert found.beta == pytest.approx(beta, nan_ok=True)
    json.dumps(found.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"benchmark": [0.1]},
        {"periods_per_year": -1},
        {"level": 95},
        {"lags": -1},
        {"window": 99},
        {"risk_free_rate": -2},
    ],
    ids=str,
)
def test_bad_input_gets_one_sentence(wrong: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    given_: dict[str, Any] = {
        "returns": rng.normal(size=20) / 100,
        "benchmark": rng.normal(size=20) / 100,
        "periods_per_year": 252,
        **wrong,
    }
    with pytest.raises(ParameterError, match="must be"):
        benchmark_analysis(**given_)
    with pytest.raises(ParameterError, match="as long as the returns"):
        up_capture([0.1], [0.1, 0.2])
