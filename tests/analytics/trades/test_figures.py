from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics.trades import round_trips, trade_metrics

PNL = st.lists(st.floats(-1e5, 1e5).map(lambda one: round(one, 2)), min_size=1, max_size=40)
COUNTS = ("total_trades", "wins", "losses", "break_even")


def rows(*pnl: float) -> list[dict[str, Any]]:
    days = pd.date_range("2024-01-01", periods=len(pnl))
    return [
        {"pnl": one, "entry_time": at, "exit_time": at + pd.Timedelta(days=1 + (one < 0)), "side": "long"}
        for one, at in zip(pnl, days, strict=True)
    ]


def test_by_hand() -> None:
    found = trade_metrics(rows(10.0, 30.0, -20.0, 0.0, -5.0, -5.0))
    assert [getattr(found, name) for name in COUNTS] == [6, 2, 3, 1]
    assert found.win_rate == 0.4
    assert (found.net_profit, found.gross_profit, found.gross_loss) == (10.0, 40.0, -30.0)
    assert found.profit_factor == pytest.approx(4 / 3)
    assert (found.average_win, found.average_loss, found.payoff_ratio) == (20.0, -10.0, 2.0)
    assert (found.largest_win, found.largest_loss, found.median_trade) == (30.0, -20.0, -2.5)
    assert found.expectancy == pytest.approx(10 / 6)
    assert found.expectancy_ratio == pytest.approx(1 / 6)
    assert found.kelly_fraction == pytest.approx(0.4 - 0.6 / 2.0)
    assert found.cpc_index == pytest.approx(4 / 3 * 0.4 * 2.0)
    assert (found.longest_winning_streak, found.longest_losing_streak) == (2.0, 2.0)
    assert (found.average_winning_days, found.average_losing_days) == (1.0, 2.0)
    assert (found.median_days, found.longest_days) == (1.5, 2.0)
    assert (found.long_trades, found.short_trades) == (6.0, 0.0)
    assert math.isnan(found.fees)


def test_streaks_go_by_exits() -> None:
    log = rows(1.0, -1.0, 1.0, -1.0)
    assert trade_metrics(log).longest_winning_streak == 1.0
    assert trade_metrics(log).max_drawdown_money == -1.0
    log[1]["exit_time"] = log[3]["exit_time"]
    assert trade_metrics(log).longest_winning_streak == 2.0
    assert trade_metrics(log).max_drawdown_money == -2.0


@settings(deadline=None)
@given(PNL)
def test_laws(pnl: list[float]) -> None:
    found = trade_metrics([{"pnl": one} for one in pnl])
    assert found.wins + found.losses + found.break_even == found.total_trades == len(pnl)
    assert found.net_profit == pytest.approx(found.gross_profit + found.gross_loss, abs=1e-6)
    assert found.expectancy * len(pnl) == pytest.approx(found.net_profit, abs=1e-6)
    assert found.largest_loss == min(0.0, *pnl)
    assert found.largest_win == max(0.0, *pnl)
    mirrored = trade_metrics([{"pnl": -one} for one in pnl])
    assert mirrored.gross_loss == -found.gross_profit
    assert mirrored.longest_losing_streak == found.longest_winning_streak
    doubled = trade_metrics([{"pnl": 2 * one} for one in pnl])
    for name in ("win_rate", "profit_factor", "payoff_ratio", "expectancy_ratio", "kelly_fraction"):
        assert getattr(doubled, name) == pytest.approx(getattr(found, name), nan_ok=True)


def test_all_winners_and_all_losers() -> None:
    best, worst = trade_metrics(rows(1.0, 2.0)), trade_metrics(rows(-1.0, -2.0))
    assert (best.win_rate, best.profit_factor, best.kelly_fraction) == (1.0, math.inf, 1.0)
    assert (best.gross_loss, best.largest_loss) == (0.0, 0.0)
    assert math.isnan(best.average_loss)
    assert math.isnan(best.expectancy_ratio)
    assert (worst.win_rate, worst.profit_factor, worst.kelly_fraction) == (0.0, 0.0, -math.inf)
    assert (worst.gross_profit, worst.largest_win) == (0.0, 0.0)
    assert worst.to_json()["kelly_fraction"] is None


@pytest.mark.parametrize("trades", [[], pd.DataFrame({"pnl": []}), round_trips([]).table])
def test_no_trades(trades: Any) -> None:
    found = asdict(trade_metrics(trades))
    counts = {name: found.pop(name) for name in COUNTS}
    assert set(counts.values()) == {0}
    known = {name for name, value in found.items() if not np.isnan(value)}
    assert known <= {"long_trades", "short_trades"}


def test_one_trade() -> None:
    found = trade_metrics(rows(4.0))
    assert (found.total_trades, found.average_trade, found.longest_winning_streak) == (1, 4.0, 1.0)
    assert math.isnan(found.deviation)


def test_of_round_trips() -> None:
    log = [
        {"time": "2024-01-02", "symbol": "A", "qty": 2, "price": 10.0, "fee": 1.0},
        {"time": "2024-01-04", "symbol": "A", "qty": -2, "price": 12.0, "fee": 1.0},
    ]
    found = trade_metrics(round_trips(log).table)
    assert (found.net_profit, found.fees, found.average_days) == (2.0, 2.0, 2.0)
    assert (found.average_return, found.average_fills) == (0.1, 2.0)
