from __future__ import annotations

import dataclasses
import math

import pandas as pd

from ml_analytics.analytics.performance import PerformanceMetrics, performance
from ml_analytics.analytics.trades import as_trades


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
        "calmar_ratio", "value_at_risk", "conditional_value_at_risk", "kelly_fraction", "omega_ratio",
    }  # fmt: skip
