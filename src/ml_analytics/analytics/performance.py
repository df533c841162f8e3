"""Every figure of a series of returns and of trades, in one typed value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.canonical import plain
from . import metrics as m
from .trades import mean_holding_days


@dataclass(frozen=True)
class PerformanceMetrics:
    """Every figure by name. Fractions (0.01 is 1 %) unless a field says otherwise.

    Figures of returns are NaN without returns, figures of trades NaN without trades. ``win_rate``,
    ``profit_factor`` and ``kelly_fraction`` are of trades where trades were given, of periods otherwise:
    ``basis`` says which. ``average_win`` to ``net_profit`` are in the money of ``pnl``.
    """

    periods: int
    periods_per_year: float
    total_return: float
    cagr: float
    volatility: float
    downside_deviation: float
    sharpe_ratio: float
    sortino_ratio: float
    calmar_ratio: float
    omega_ratio: float
    max_drawdown: float
    ulcer_index: float
    value_at_risk: float
    conditional_value_at_risk: float
    tail_ratio: float
    skew: float
    kurtosis: float
    best_day: float
    worst_day: float
    best_month: float
    worst_month: float
    win_rate: float
    profit_factor: float
    kelly_fraction: float
    basis: str
    total_trades: int
    net_profit: float
    gross_profit: float
    gross_loss: float
    average_win: float
    average_loss: float
    largest_win: float
    largest_loss: float
    average_trade_days: float

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; NaN and infinity become ``None``."""
        value: dict[str, Any] = plain(self)
        return value


def performance(
    returns: pd.Series, trades: pd.DataFrame | None, periods_per_year: float, risk_free_rate: float = 0.0
) -> PerformanceMetrics:
    """Return every figure of ``returns`` (may be empty) and of ``trades`` (as read by ``as_trades``).

    ``risk_free_rate`` is annual; Sharpe, Sortino and Omega are over it.

    >>> performance(pd.Series([0.01, -0.01]), None, 252).win_rate
    0.5
    """
    pnl = np.empty(0) if trades is None else trades["pnl"].to_numpy()
    results, basis = (returns.to_numpy(), "period") if trades is None else (pnl, "trade")
    return PerformanceMetrics(
        **_return_figures(returns, periods_per_year, risk_free_rate),
        win_rate=m.win_rate(results),
        profit_factor=m.profit_factor(results),
        kelly_fraction=m.kelly_fraction(results),
        basis=basis,
        **_trade_figures(pnl),
        average_trade_days=math.nan if trades is None else mean_holding_days(trades),
    )


def _return_figures(returns: pd.Series, p: float, free: float) -> dict[str, Any]:
    values = returns.to_numpy()
    with_times = isinstance(returns.index, pd.DatetimeIndex)
    worst_day, best_day = _range(m.compounded(returns, "day").to_numpy() if with_times else values)
    worst_month, best_month = _range(m.compounded(returns, "month").to_numpy() if with_times else np.empty(0))
    return {
        "periods": int(np.count_nonzero(~np.isnan(values))),
        "periods_per_year": p,
        "total_return": m.total_return(values),
        "cagr": m.cagr(values, p),
        "volatility": m.volatility(values, p),
        "downside_deviation": m.downside_deviation(values, p),
        "sharpe_ratio": m.sharpe_ratio(values, p, free),
        "sortino_ratio": m.sortino_ratio(values, p, free),
        "calmar_ratio": m.calmar_ratio(values, p),
        "omega_ratio": m.omega_ratio(values, p, risk_free_rate=free),
        "max_drawdown": m.max_drawdown(values),
        "ulcer_index": m.ulcer_index(values),
        "value_at_risk": m.value_at_risk(values),
        "conditional_value_at_risk": m.conditional_value_at_risk(values),
        "tail_ratio": m.tail_ratio(values),
        "skew": m.skew(values),
        "kurtosis": m.kurtosis(values),
        "best_day": best_day,
        "worst_day": worst_day,
        "best_month": best_month,
        "worst_month": worst_month,
    }


def _range(values: np.ndarray) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    return (float(known.min()), float(known.max())) if known.size else (math.nan, math.nan)


def _trade_figures(pnl: np.ndarray) -> dict[str, Any]:
    def money(value: float) -> float:
        return value if pnl.size else math.nan

    return {
        "total_trades": int(pnl.size),
        "net_profit": money(float(pnl.sum())),
        "gross_profit": money(float(pnl[pnl > 0].sum())),
        "gross_loss": money(float(pnl[pnl < 0].sum())),
        "average_win": m.average_win(pnl),
        "average_loss": m.average_loss(pnl),
        "largest_win": max(m.best(pnl), 0.0) if pnl.size else math.nan,
        "largest_loss": min(m.worst(pnl), 0.0) if pnl.size else math.nan,
    }
