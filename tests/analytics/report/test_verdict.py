from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import TradingReport, report_figures
from ml_analytics.analytics.report.text import MINUS
from ml_analytics.analytics.report.verdict import verdict
from ml_analytics.core.values import Score

DAYS = pd.bdate_range("2024-01-01", periods=50)
RETURNS = pd.Series(np.tile([0.02, -0.01], 25), index=DAYS)


CHANCE = "a difference that chance alone could make."
MORE = "more than chance alone would make."


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (Score("d", 0.3, -0.1, 0.7), f"0.30 higher (95% interval {MINUS}0.10 to 0.70), {CHANCE}"),
        (Score("d", 0.3, 0.1, 0.7), f"0.30 higher (95% interval 0.10 to 0.70), {MORE}"),
        (Score("d", -0.3, -0.7, -0.1), f"0.30 lower (95% interval {MINUS}0.70 to {MINUS}0.10), {MORE}"),
        (Score("d", 1e-17, -0.001, 0.001), "their Sharpe ratios do not differ (95% interval 0.00 to 0.00)."),
        (Score("d", math.nan, math.nan, math.nan), "their Sharpe ratios cannot be compared."),
    ],
)
def test_it_claims_what_the_interval_supports(score: Score, said: str) -> None:
    sentence = verdict(TradingReport(RETURNS, RETURNS / 2), score)
    assert sentence.endswith(said)
    assert sentence.count(". ") == 0


def test_costs_are_mentioned_only_where_they_were_taken() -> None:
    assert verdict(TradingReport(RETURNS), None).startswith("The strategy earned ")
    assert verdict(TradingReport(RETURNS, gross=RETURNS), None).startswith("After costs the strategy earned ")


def test_one_given_by_the_caller_is_kept() -> None:
    assert report_figures(TradingReport(RETURNS, verdict="It is flat."))["verdict"] == "It is flat."


@pytest.mark.parametrize(
    ("size", "said"), [(1, "2.0% in 1 bar, less than a year,"), (50, "27.6% in 50 bars, less")]
)
def test_a_short_record_is_not_made_a_year(size: int, said: str) -> None:
    sentence = verdict(TradingReport(RETURNS.iloc[:size], RETURNS.iloc[:size], periods_per_year=252), None)
    assert sentence.startswith(f"The strategy earned {said}")
    assert "a year with" not in sentence


def test_a_year_that_lacks_a_few_days_is_a_year() -> None:
    days = pd.bdate_range("2024-01-01", periods=245)
    assert " a year with " in verdict(TradingReport(pd.Series(0.001, index=days), periods_per_year=252), None)
