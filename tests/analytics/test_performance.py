from __future__ import annotations

import dataclasses
import math

import pandas as pd

from ml_analytics.analytics.performance import PerformanceMetrics, performance
from ml_analytics.analytics.trades import as_trades, trade_metrics


def test_every_field_has_a_value_of_its_type(market: pd.Series) -> None:
    figures = performance(market, as_trades([{"pnl": 1.0}]), 252.0)
    for one in dataclasses.fields(PerformanceMetrics):
        value = getattr(figures, one.name)
        assert type(value).__name__ == one.type, one.name


def test_without_returns_their_figures_are_nan() -> None:
    figures = performance(pd.Series(dtype=float), as_trades([{"pnl": 1.0}]), 252.0)
    assert math.isnan(figures.total_return)
    assert math.isnan(figures.best_month)
    assert figures.periods == 0
    assert figures.largest_loss == 0.0


def test_the_figures_of_the_seed_document_are_there() -> None:
    names = {one.name for one in dataclasses.fields(PerformanceMetrics)}
    assert names >= {
        "total_trades", "win_rate", "profit_factor", "total_return", "gross_profit", "gross_loss", "average_win",
        "average_loss", "largest_win", "largest_loss", "max_drawdown", "sharpe_ratio", "sortino_ratio",
        "calmar_ratio", "max_drawdown_money", "value_at_risk", "conditional_value_at_risk", "kelly_fraction",
        "omega_ratio",
    }  # fmt: skip


def test_trades_have_one_answer_whatever_the_order_of_rows() -> None:
    exits = ["2024-01-03", "2024-01-02", "2024-01-04", "2024-01-05"]
    rows = [{"pnl": pnl, "exit_time": at} for pnl, at in zip((3.0, -1.0, 2.0, -4.0), exits, strict=True)]
    figures = performance(pd.Series([0.01, -0.02]), as_trades(rows), 252.0)
    closed = trade_metrics(rows)
    both = [{one.name for one in dataclasses.fields(result)} for result in (figures, closed)]
    shared = both[0] & both[1] - {"average_return"}  # of periods, and of money at entry
    assert len(shared) >= 16
    for name in shared:
        assert getattr(figures, name) == getattr(closed, name), name
    assert figures.longest_winning_streak == 2.0
    assert figures.max_drawdown_money == -4.0
