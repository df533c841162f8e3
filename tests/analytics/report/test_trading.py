from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import StrategyResult, TradingReport
from ml_analytics.core.errors import ParameterError

DAYS = pd.bdate_range("2024-01-01", periods=3)
GOOD = pd.Series([0.01, -0.02, 0.0], index=DAYS)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"net": pd.Series([], dtype=float, index=DAYS[:0])}, "'net' parameter .* at least one return"),
        ({"net": []}, "'net' parameter .* at least one return"),
        ({"net": [[0.1], [0.2]]}, "'net' parameter .* one-dimensional"),
        ({"trials": 0}, "'trials' .* positive whole number"),
        ({"sharpe_variance": 0}, "'sharpe_variance' .* positive"),
        ({"net": pd.Series([0.1, math.nan, 0.1], index=DAYS)}, "'net' .* known on every bar. Got 'NaN at 2024-01-02"),
        ({"net": pd.Series(["a", "b", "c"], index=DAYS)}, "'net' .* numbers. Got 'a'"),
        ({"net": GOOD.iloc[::-1]}, "'net' .* time order"),
        ({"benchmark": GOOD.iloc[:2]}, "'benchmark' .* on the 3 times of 'net'. Got '2 times'"),
        ({"benchmark": GOOD.set_axis(DAYS.shift(1))}, "'benchmark' .*row 0: 2024-01-01"),
        ({"benchmark": GOOD.where(GOOD > 0)}, "'benchmark' .* known on every bar"),
        ({"held": GOOD.iloc[:1]}, "'held' .* on the 3 times"),
        ({"close": GOOD}, "'close' .* positive prices. Got -0.02"),
        ({"regimes": [1, 2, 3]}, "'regimes' .* pandas series"),
        ({"regimes": pd.Series([1, 2], index=DAYS[:2])}, "'regimes' .* 3 times"),
        ({"title": None}, "'title' .* a line of at most 200"),
        ({"title": "a\nb"}, "'title' .* without control characters"),
        ({"title": "x" * 201}, "'title' .* at most 200"),
        ({"notes": "one text"}, "'notes' .* sequence of lines"),
        ({"notes": ["bad\x00"]}, "'notes' .* control characters"),
        ({"facts": {"Seed": 0}}, "'facts' .* Got 0"),
        ({"periods_per_year": 0}, "'periods_per_year' .* positive"),
        ({"risk_free_rate": math.nan}, "'risk_free_rate' .* annual rate"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError, match=f"{sentence}") as caught:
        TradingReport(**{"net": GOOD, **wrong})
    assert "of TradingReport must be" in str(caught.value)


def test_returns_without_times_are_numbered_from_one() -> None:
    report = TradingReport.joined([0.1, -0.1], np.array([0.0, 0.1]))
    assert report.net.index.tolist() == [1, 2]
    assert not report.has_times
    assert report.annual_periods == 252
    assert report.benchmark is not None
    assert report.benchmark.index.equals(report.net.index)


def test_gaps_are_left_out_and_told_not_filled() -> None:
    days = pd.bdate_range("2024-01-01", periods=6)
    net = pd.Series([0.1, math.nan, 0.2, 0.3, 0.4, 0.5], index=days)
    market = pd.Series([0.01, 0.02, 0.03, math.nan, 0.05], index=days[1:].union(days[:0]))
    report = TradingReport.joined(net, market, notes=["first"])
    assert report.net.tolist() == [0.2, 0.3, 0.5]
    assert report.benchmark is not None
    assert report.benchmark.tolist() == [0.02, 0.03, 0.05]
    assert report.notes == (
        "first",
        "1 of 6 bars are left out: the strategy's return is not known on them.",
        "2 of 6 bars are left out: the benchmark is not known on them.",
    )


@pytest.mark.parametrize(
    ("benchmark", "sentence"),
    [
        (GOOD.set_axis(DAYS + pd.DateOffset(years=1)), "known on at least one time of 'net'"),
        (GOOD.tz_localize("UTC"), "'benchmark' .* time zone"),
        ([0.1, 0.2, 0.3], "'benchmark' .* of 3 bars, with times or without"),
    ],
    ids=["elsewhere", "zone", "no times"],
)
def test_a_benchmark_that_cannot_be_joined_is_refused(benchmark: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        TradingReport.joined(GOOD, benchmark)


def test_too_many_regimes_are_refused() -> None:
    days = pd.bdate_range("2024-01-01", periods=9)
    with pytest.raises(ParameterError, match=r"at most 8 regimes. Got 9"):
        TradingReport(pd.Series(0.0, index=days), regimes=pd.Series(range(9), index=days))


def test_of_a_result_takes_what_it_holds(crossing: StrategyResult, sp500: pd.Series) -> None:
    report = TradingReport.of(crossing, sp500.pct_change())
    assert report.benchmark is not None
    assert report.benchmark.iloc[0] == 0.0
    assert report.cost_bps == 5.0
    np.testing.assert_array_equal(report.net, crossing.net)


def test_periods_a_year_are_found_or_stated() -> None:
    assert TradingReport(GOOD).annual_periods == 252
    assert TradingReport(GOOD, periods_per_year=12).annual_periods == 12
    assert TradingReport(GOOD.iloc[:1]).annual_periods == 252
