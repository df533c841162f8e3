from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import AdvancedAnalytics
from ml_analytics.core.errors import ParameterError

FILLS = [
    {"time": "2024-01-02", "symbol": "A", "quantity": 10, "price": 5.0},
    {"time": "2024-01-03", "symbol": "A", "quantity": -10, "price": 6.0},
]


def test_returns_come_first_then_equity_then_trades() -> None:
    analytics = AdvancedAnalytics(initial_capital=100.0)
    analytics.add_fills(FILLS)
    assert analytics.returns.tolist() == [0.1]
    days = pd.date_range("2024-01-01", periods=3)
    analytics.add_equity(pd.Series([100.0, 110.0, 99.0], index=days))
    np.testing.assert_allclose(analytics.returns, [0.1, -0.1])
    analytics.add_returns([0.5])
    assert analytics.returns.tolist() == [0.5]
    assert analytics.calculate_metrics().net_profit == 10.0


def test_equity_alone_gives_figures() -> None:
    analytics = AdvancedAnalytics(risk_free_rate=0.0)
    days = pd.bdate_range("2024-01-01", periods=4)
    analytics.add_equity(pd.Series([100.0, 120.0, np.nan, 90.0], index=days))
    figures = analytics.calculate_metrics()
    assert figures.total_return == pytest.approx(-0.1)
    assert figures.max_drawdown == pytest.approx(-0.25)
    assert (figures.total_trades, figures.basis) == (0, "period")


def test_trades_and_fills_are_one_list() -> None:
    analytics = AdvancedAnalytics()
    analytics.add_trades([{"pnl": -4.0, "symbol": "B", "side": "long"}])
    analytics.add_fills(FILLS[:1])
    assert analytics.trades is not None
    assert analytics.trades["pnl"].tolist() == [-4.0]
    analytics.add_fills(FILLS[1:])
    assert analytics.trades["pnl"].tolist() == [-4.0, 10.0]
    assert analytics.attribution()["pnl"].to_dict() == {"A": 10.0, "B": -4.0}
    assert analytics.analyze_trades().total_trades == 2


def test_open_fills_are_no_trades_and_no_error() -> None:
    analytics = AdvancedAnalytics()
    analytics.add_fills(FILLS[:1])
    figures = analytics.calculate_metrics()
    assert (figures.total_trades, figures.periods) == (0, 0)


def test_positions_give_exposure() -> None:
    assert AdvancedAnalytics().exposure is None
    analytics = AdvancedAnalytics()
    days = pd.date_range("2024-01-01", periods=2)
    analytics.add_positions(pd.DataFrame({"A": [50.0, 0.0], "cash": [50.0, 100.0]}, index=days))
    assert analytics.exposure is not None
    assert analytics.exposure["gross"].tolist() == [0.5, 0.0]


def test_a_benchmark_in_parts_is_the_whole(market: pd.Series) -> None:
    analytics = AdvancedAnalytics()
    analytics.add_returns(market)
    assert analytics.benchmark is None
    analytics.add_benchmark(market[:1000])
    analytics.add_benchmark(market[1000:])
    found = analytics.benchmark_analysis()
    assert found.n == 5030
    assert (found.beta, found.up_capture) == pytest.approx((1.0, 1.0))
    with pytest.raises(ParameterError, match=r"of AdvancedAnalytics\.add_benchmark must be later than"):
        analytics.add_benchmark(market)


@pytest.mark.parametrize("returns", [[], ["a"], [[0.1]], [np.inf], None], ids=str)
def test_bad_returns_name_who_refused_them(returns: Any) -> None:
    analytics = AdvancedAnalytics()
    for name in ("add_returns", "add_benchmark"):
        with pytest.raises(
            ParameterError, match=f"The 'returns' parameter of AdvancedAnalytics.{name} must be"
        ):
            getattr(analytics, name)(returns)
