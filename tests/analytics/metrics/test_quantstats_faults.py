"""Inputs on which QuantStats goes wrong (docs/metrics.md): the definition is the oracle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import metrics as m


@pytest.mark.parametrize("gains", [[0.5, 1.2, 0.1], [0.0, 1.5, 0.0], [2.0, 3.0], [0.0, 0.0, 1.01]])
def test_returns_without_a_loss_are_never_taken_for_prices(gains: list[float]) -> None:
    index = pd.date_range("2019-12-31", periods=len(gains), freq="YE")
    row = m.metrics_table(pd.Series(gains, index=index)).iloc[0]
    total = float(np.prod(1 + np.array(gains)) - 1)
    assert row["periods_per_year"] == 1.0
    assert row["total_return"] == pytest.approx(total)
    assert row["cagr"] == pytest.approx((1 + total) ** (1 / len(gains)) - 1)
    assert row["best_year"] == max(gains)
    assert row["max_drawdown"] == 0.0


def test_growth_a_year_on_a_market_that_never_closes() -> None:
    """Half a year's worth of 365 days: taking 252 shows -14.3 % where -20.1 % a year were lost."""
    daily = (1 - 0.201) ** (1 / 365) - 1
    returns = pd.Series(daily, index=pd.date_range("2021-01-01", periods=730, freq="D"))
    row = m.metrics_table(returns).iloc[0]
    assert row["periods_per_year"] == 365.0
    assert row["cagr"] == pytest.approx(-0.201)
    assert m.cagr(returns, 252) == pytest.approx(-0.1435, abs=1e-4)


def test_growth_a_year_of_months_also_per_time_in_the_market() -> None:
    returns = pd.Series([0.01, 0.0] * 12, index=pd.date_range("2020-01-31", periods=24, freq="ME"))
    row = m.metrics_table(returns).iloc[0]
    assert row["cagr"] == pytest.approx(1.01**6 - 1)
    assert row["risk_adjusted_return"] == pytest.approx(2 * (1.01**6 - 1))


def test_a_loss_is_not_shown_as_a_recovery() -> None:
    assert m.recovery_factor([-0.1, 0.05]) == pytest.approx((0.9 * 1.05 - 1) / 0.1)
    assert m.recovery_factor([-0.1, 0.05]) < 0


def test_months_are_compounded_before_gain_is_set_against_pain() -> None:
    days = pd.DatetimeIndex(["2024-01-02", "2024-01-03", "2024-02-01"])
    returns = pd.Series([0.5, -0.4, 0.1], index=days)  # January: -10 %, and not +10 %
    assert m.metrics_table(returns, 252)["gain_to_pain_month"].iloc[0] == pytest.approx((0.1 - 0.1) / 0.1)


def test_idle_days_are_no_wins() -> None:
    idle = [0.0] * 50
    assert m.outlier_win_ratio([0.01, 0.03, -0.02, *idle], 0.99) == pytest.approx(
        np.quantile([0.01, 0.03, -0.02, *idle], 0.99) / 0.02
    )
    assert m.time_in_market([0.01, *[0.0] * 999]) == 0.001  # not rounded up to 1 %


def test_a_month_begins_after_the_close_it_is_counted_from() -> None:
    days = pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-29", "2024-04-30"])
    returns = pd.Series([0.5, 0.1, 0.1, 0.1], index=days)
    assert m.trailing_return(returns, 3) == pytest.approx(1.1**3 - 1)


def test_a_history_that_is_too_short_has_no_rate_of_ten_years(market: pd.Series) -> None:
    row = m.metrics_table(market.iloc[-600:]).iloc[0]
    assert np.isnan(row["last_10_years"])
    assert np.isnan(row["last_3_years"])
    assert np.isfinite(row["last_12_months"])


def test_a_month_without_observations_is_not_a_month_without_return() -> None:
    days = pd.DatetimeIndex(["2024-01-31", "2024-03-29"])
    assert np.isnan(m.monthly_table(pd.Series([0.1, 0.1], index=days))[2].iloc[0])
