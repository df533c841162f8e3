"""Against QuantStats, where it is right (docs/metrics.md lists where it is not); it comes with the extra ``bench``."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import metrics as m

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    # A peer of the benchmarks with a long tail of dependencies: not a part of the extra test.
    q: Any = pytest.importorskip("quantstats", reason="the extra bench is not installed").stats

SAME: dict[str, Callable[[pd.Series], Any]] = {
    "total_return": q.comp,
    "cagr": q.cagr,
    "sharpe_ratio": q.sharpe,
    "probabilistic_sharpe_ratio": q.probabilistic_sharpe_ratio,
    "smart_sharpe_ratio": q.smart_sharpe,
    "sortino_ratio": q.sortino,
    "smart_sortino_ratio": q.smart_sortino,
    "adjusted_sortino_ratio": q.adjusted_sortino,
    "autocorrelation_penalty": q.autocorr_penalty,
    "omega_ratio": q.omega,
    "max_drawdown": q.max_drawdown,
    "volatility": q.volatility,
    "calmar_ratio": q.calmar,
    "skew": q.skew,
    "kurtosis": q.kurtosis,
    "risk_return_ratio": q.risk_return_ratio,
    "average_up_period": q.avg_win,
    "average_down_period": q.avg_loss,
    "payoff_ratio": q.payoff_ratio,
    "geometric_mean": q.expected_return,
    "expected_month": lambda r: q.expected_return(r, "ME"),
    "expected_year": lambda r: q.expected_return(r, "YE"),
    "kelly_fraction": q.kelly_criterion,
    "longest_winning_streak": q.consecutive_wins,
    "longest_losing_streak": q.consecutive_losses,
    "gain_to_pain": q.gain_to_pain_ratio,
    "profit_factor": q.profit_factor,
    "common_sense_ratio": q.common_sense_ratio,
    "cpc_index": q.cpc_index,
    "tail_ratio": q.tail_ratio,
    "outlier_loss_ratio": q.outlier_loss_ratio,
    "best_day": q.best,
    "worst_day": q.worst,
    "best_month": lambda r: q.best(r, "ME"),
    "worst_month": lambda r: q.worst(r, "ME"),
    "best_year": lambda r: q.best(r, "YE"),
    "worst_year": lambda r: q.worst(r, "YE"),
    "average_up_month": lambda r: q.avg_win(r, "ME"),
    "average_down_month": lambda r: q.avg_loss(r, "ME"),
    "winning_days": q.win_rate,
    "winning_months": lambda r: q.win_rate(r, "ME"),
    "winning_quarters": lambda r: q.win_rate(r, "QE"),
    "winning_years": lambda r: q.win_rate(r, "YE"),
}


def noise(seed: int) -> pd.Series:
    """Three years of business days without a zero."""
    values = np.random.default_rng(seed).normal(0.0004, 0.012, 756)
    return pd.Series(values, index=pd.bdate_range("2021-03-01", periods=756))


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("kind", ["sp500", "noise", "losing"])
def test_equals_quantstats_where_it_is_right(name: str, kind: str, market: pd.Series) -> None:
    returns = {"sp500": market, "noise": noise(1), "losing": noise(2) - 0.002}[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = float(SAME[name](returns))
    assert m.metrics_table(returns)[name].iloc[0] == pytest.approx(expected, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("free", [0.0, 0.03])
def test_ratios_over_a_risk_free_rate_equal_quantstats(free: float) -> None:
    returns = noise(3)
    row = m.metrics_table(returns, risk_free_rate=free).iloc[0]
    assert row["sharpe_ratio"] == pytest.approx(q.sharpe(returns, rf=free), rel=1e-9)
    assert row["sortino_ratio"] == pytest.approx(q.sortino(returns, rf=free), rel=1e-9)
    assert row["omega_ratio"] == pytest.approx(q.omega(returns, rf=free), rel=1e-9)


def test_the_information_ratio_is_that_of_quantstats_annualised(market: pd.Series) -> None:
    own = market * 0.5 + noise(4).sample(len(market), replace=True, random_state=0).to_numpy()
    expected = q.information_ratio(own, market) * 252**0.5
    assert m.information_ratio(own, market, 252) == pytest.approx(expected, rel=1e-9)


def test_ulcer_differs_by_the_divisor_only(market: pd.Series) -> None:
    n = len(market)
    assert m.ulcer_index(market) == pytest.approx(q.ulcer_index(market) * ((n - 1) / n) ** 0.5, rel=1e-9)
