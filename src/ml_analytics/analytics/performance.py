"""Every figure of a series of returns and of trades, in one typed value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from ..core.canonical import plain
from . import metrics as m
from .metrics.figures import OF_RESULTS, measured, of_results
from .trades import TradeMetrics, trade_metrics


@dataclass(frozen=True)
class PerformanceMetrics:
    """Every figure by name. Fractions (0.01 is 1 %) unless a field says otherwise.

    A field is the function of its name in :mod:`~ml_analytics.analytics.metrics`, which says formula, unit and
    source. Exceptions: ``expected_month`` and ``expected_year`` are geometric means of calendar months and
    years, ``gain_to_pain_month`` is of months, ``average_up_...`` and ``average_down_...`` are mean wins and
    losses, ``winning_...`` shares of calendar periods won, ``month_to_date`` to ``last_12_months`` compounded
    returns, ``last_3_years`` to ``last_10_years`` their yearly rates. ``minimum_track_record`` is in periods,
    ``..._drawdown_days`` in calendar days. Annual figures rest on ``periods_per_year``.

    Figures of returns are NaN without returns, those of months and years also without times, figures of
    trades NaN without trades. ``win_rate`` to ``longest_losing_streak`` are of trades where trades were given,
    of periods otherwise: ``basis`` says which. ``net_profit`` to ``max_drawdown_money`` are in the money of
    ``pnl``; the last is the deepest fall of closed profit below its high.
    """

    periods: int
    periods_per_year: float
    total_return: float
    cagr: float
    average_return: float
    geometric_mean: float
    expected_month: float
    expected_year: float
    time_in_market: float
    risk_adjusted_return: float
    stability: float
    volatility: float
    downside_deviation: float
    max_drawdown: float
    average_drawdown: float
    longest_drawdown_days: float
    average_drawdown_days: float
    ulcer_index: float
    pain_index: float
    value_at_risk: float
    conditional_value_at_risk: float
    skew: float
    kurtosis: float
    tail_ratio: float
    outlier_win_ratio: float
    outlier_loss_ratio: float
    autocorrelation: float
    autocorrelation_penalty: float
    sharpe_ratio: float
    smart_sharpe_ratio: float
    probabilistic_sharpe_ratio: float
    minimum_track_record: float
    sortino_ratio: float
    smart_sortino_ratio: float
    adjusted_sortino_ratio: float
    risk_return_ratio: float
    omega_ratio: float
    calmar_ratio: float
    ulcer_performance_index: float
    pain_ratio: float
    sterling_ratio: float
    burke_ratio: float
    serenity_index: float
    recovery_factor: float
    gain_to_pain: float
    gain_to_pain_month: float
    common_sense_ratio: float
    best_day: float
    worst_day: float
    best_month: float
    worst_month: float
    best_year: float
    worst_year: float
    average_up_period: float
    average_down_period: float
    average_up_month: float
    average_down_month: float
    winning_days: float
    winning_weeks: float
    winning_months: float
    winning_quarters: float
    winning_years: float
    month_to_date: float
    year_to_date: float
    last_3_months: float
    last_6_months: float
    last_12_months: float
    last_3_years: float
    last_5_years: float
    last_10_years: float
    win_rate: float
    profit_factor: float
    payoff_ratio: float
    kelly_fraction: float
    cpc_index: float
    longest_winning_streak: float
    longest_losing_streak: float
    basis: str
    total_trades: int
    net_profit: float
    gross_profit: float
    gross_loss: float
    average_trade: float
    average_win: float
    average_loss: float
    largest_win: float
    largest_loss: float
    max_drawdown_money: float
    average_trade_days: float

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; NaN and infinity become ``None``."""
        value: dict[str, Any] = plain(self)
        return value


def performance(
    returns: pd.Series, trades: pd.DataFrame | None, periods_per_year: float, risk_free_rate: float = 0.0
) -> PerformanceMetrics:
    """Return every figure of ``returns`` (may be empty) and of ``trades`` (as read by ``as_trades``).

    ``risk_free_rate`` is annual; Sharpe, Sortino, Omega and growth per drawdown are over it.

    >>> performance(pd.Series([0.01, -0.01]), None, 252).win_rate
    0.5
    """
    one = m.sample(returns, "performance")
    closed = _no_trades() if trades is None else trade_metrics(trades)
    results = of_results(one) if trades is None else {name: getattr(closed, name) for name in OF_RESULTS}
    figures: dict[str, Any] = measured(one, periods_per_year, risk_free_rate) | results
    return PerformanceMetrics(
        periods=one.size,
        periods_per_year=periods_per_year,
        **figures,
        basis="period" if trades is None else "trade",
        **{name: getattr(closed, name) for name in _OF_TRADES},
        average_trade_days=closed.average_days,
    )


_OF_TRADES = (
    "total_trades",
    "net_profit",
    "gross_profit",
    "gross_loss",
    "average_trade",
    "average_win",
    "average_loss",
    "largest_win",
    "largest_loss",
    "max_drawdown_money",
)


@cache
def _no_trades() -> TradeMetrics:
    return trade_metrics([])
