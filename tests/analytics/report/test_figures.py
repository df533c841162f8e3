from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import StrategyResult, TradingReport, report_figures
from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.report.figures import KEY_FIGURES


def test_json_is_strict_and_the_same_twice(report: TradingReport) -> None:
    figures = report_figures(report)
    assert json.dumps(figures, allow_nan=False) == json.dumps(report_figures(report), allow_nan=False)


def test_strategy_and_benchmark_stand_side_by_side(report: TradingReport) -> None:
    rows = {row["key"]: row for row in report_figures(report)["key_figures"]}
    assert report.benchmark is not None
    for side, returns in (("strategy", report.net), ("benchmark", report.benchmark)):
        assert rows["cagr"][side] == m.cagr(returns, 252)
        assert rows["sharpe_ratio"][side] == m.sharpe_ratio(returns, 252)
        assert rows["max_drawdown"][side] == m.max_drawdown(returns)
    assert len(rows) == len(report_figures(report)["key_figures"])
    assert {one.key for one in KEY_FIGURES} < set(rows)


def test_the_longest_drawdown_is_in_calendar_days(report: TradingReport) -> None:
    rows = {row["key"]: row for row in report_figures(report)["key_figures"]}
    longest = max(one["days"] for one in report_figures(report)["drawdowns"]["benchmark"])
    assert rows["longest_drawdown"]["benchmark"] == longest == 2623


def test_costs_are_what_was_paid(crossing: StrategyResult, report: TradingReport) -> None:
    rows = {row["key"]: row for row in report_figures(report)["key_figures"]}
    assert rows["costs"]["strategy"] == pytest.approx(crossing.costs.mean() * 252)
    assert rows["trades"]["strategy"] == crossing.trades
    assert rows["exposure"]["strategy"] == crossing.exposure
    assert rows["turnover"]["strategy"] == pytest.approx(crossing.turnover / len(crossing.net) * 252)


def test_without_a_benchmark_its_side_is_empty() -> None:
    days = pd.bdate_range("2024-01-01", periods=30)
    figures = report_figures(TradingReport(pd.Series(np.linspace(-0.01, 0.01, 30), index=days)))
    assert figures["benchmark_name"] is None
    assert figures["sharpe_difference"] is None
    assert list(figures["drawdowns"]) == ["strategy"]
    assert {row["benchmark"] for row in figures["key_figures"]} == {None}


def test_months_compound_to_their_year(report: TradingReport) -> None:
    figures = report_figures(report)
    for year in figures["years"]:
        months = [one["strategy"] for one in figures["months"] if one["year"] == int(year["key"])]
        assert np.prod([1 + one for one in months]) - 1 == pytest.approx(year["strategy"], abs=1e-12)
