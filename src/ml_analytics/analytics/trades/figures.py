"""Figures of closed trades, in one typed value."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from ...core.canonical import plain
from .. import metrics as m
from ..inputs import Array
from ..metrics.figures import of_results
from .blotter import as_trades, holding_days, mean_holding_days

_OWNER = "trade_metrics"


@dataclass(frozen=True)
class TradeMetrics:
    """Figures of closed trades. Money is that of ``pnl``, after fees; what does not exist is NaN.

    A trade of exactly zero is neither win nor loss: it counts in ``total_trades``, ``break_even`` and
    averages of all trades, ends a streak, and is left out of ``win_rate``.

    ``gross_loss``, ``average_loss`` and ``largest_loss`` are negative (0 without a loss for sums and extremes),
    and so is ``max_drawdown_money``, the deepest fall of closed profit below its high. ``expectancy`` is the mean
    pnl of a trade, ``expectancy_ratio`` the same in units of the average loss. ``kelly_fraction`` is
    W - (1 - W) / payoff ratio, ``cpc_index`` profit factor * win rate * payoff ratio. Streaks and the drawdown
    are in the order of exits (of rows, without times). Durations are in days. ``average_return`` is the mean of
    the trades' returns on money at entry. ``average_mae`` and ``average_mfe`` are worst and best open profit
    (fractions of the entry price; see :func:`~ml_analytics.analytics.trades.excursions`).
    """

    total_trades: int
    wins: int
    losses: int
    break_even: int
    long_trades: float
    short_trades: float
    win_rate: float
    profit_factor: float
    payoff_ratio: float
    net_profit: float
    gross_profit: float
    gross_loss: float
    fees: float
    average_trade: float
    median_trade: float
    deviation: float
    average_win: float
    average_loss: float
    largest_win: float
    largest_loss: float
    max_drawdown_money: float
    expectancy: float
    expectancy_ratio: float
    kelly_fraction: float
    cpc_index: float
    longest_winning_streak: float
    longest_losing_streak: float
    average_days: float
    median_days: float
    longest_days: float
    average_winning_days: float
    average_losing_days: float
    average_return: float
    average_fills: float
    average_mae: float
    average_mfe: float

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; NaN and infinity become ``None``."""
        value: dict[str, Any] = plain(self)
        return value


def trade_metrics(trades: Any) -> TradeMetrics:
    """Return every figure of closed trades.

    Args:
        trades: such as the table of :func:`~ml_analytics.analytics.trades.round_trips`, or anything that
            ``as_trades`` takes; no trades give zero trades and NaN.

    Raises:
        ParameterError: trades that cannot be read.
        DataProcessingError: times that cannot be read, or an exit before its entry.

    >>> found = trade_metrics([{"pnl": 30.0}, {"pnl": -10.0}, {"pnl": 20.0}])
    >>> found.total_trades, found.profit_factor, found.expectancy_ratio.__round__(4)
    (3, 5.0, 1.3333)
    """
    read = as_trades(trades, _OWNER, utc=False, may_be_empty=True)
    if "exit_time" in read:
        read = read.sort_values("exit_time", kind="stable", na_position="last")
    pnl = read["pnl"].to_numpy(dtype=np.float64)
    one = m.sample(pnl, _OWNER, "trades")
    mean, loss = _mean(pnl), m.average_loss(one)
    values: dict[str, float] = {
        "total_trades": one.size,
        "wins": one.wins.size,
        "losses": one.losses.size,
        "break_even": one.size - one.wins.size - one.losses.size,
        **of_results(one),
        **_money(pnl),
        "average_trade": mean,
        "median_trade": _median(pnl),
        "deviation": one.deviation,
        "average_win": m.average_win(one),
        "average_loss": loss,
        "max_drawdown_money": m.max_drawdown_money(one),
        "expectancy": mean,
        "expectancy_ratio": mean / -loss if loss < 0 else math.nan,
        **_durations(read),
        **_sides(read),
    }
    of_column = {
        "return": "average_return",
        "fills": "average_fills",
        "mae": "average_mae",
        "mfe": "average_mfe",
    }
    for column, name in of_column.items():
        values[name] = _mean(_known(read, column))
    fees = _known(read, "fees")
    values["fees"] = math.fsum(fees) if fees.size else math.nan
    return TradeMetrics(**{one.name: values[one.name] for one in fields(TradeMetrics)})  # type: ignore[arg-type]


def _money(pnl: Array) -> dict[str, float]:
    if not pnl.size:
        return dict.fromkeys(
            ("net_profit", "gross_profit", "gross_loss", "largest_win", "largest_loss"), math.nan
        )
    return {
        "net_profit": math.fsum(pnl),
        "gross_profit": math.fsum(pnl[pnl > 0]),
        "gross_loss": math.fsum(pnl[pnl < 0]),
        "largest_win": max(float(pnl.max()), 0.0),
        "largest_loss": min(float(pnl.min()), 0.0),
    }


def _durations(trades: pd.DataFrame) -> dict[str, float]:
    days = holding_days(trades)
    return {
        "average_days": mean_holding_days(trades),
        "median_days": _median(days),
        "longest_days": float(days.max()) if days.size else math.nan,
        "average_winning_days": _mean(holding_days(trades[trades["pnl"] > 0])),
        "average_losing_days": _mean(holding_days(trades[trades["pnl"] < 0])),
    }


def _sides(trades: pd.DataFrame) -> dict[str, float]:
    if "side" not in trades:
        return {"long_trades": math.nan, "short_trades": math.nan}
    return {f"{side}_trades": float((trades["side"] == side).sum()) for side in ("long", "short")}


def _known(trades: pd.DataFrame, column: str) -> Array:
    if column not in trades:
        return np.empty(0)
    values = trades[column].to_numpy(dtype=np.float64)
    return np.asarray(values[~np.isnan(values)])


def _median(values: Array) -> float:
    return float(np.median(values)) if values.size else math.nan


def _mean(values: Array) -> float:
    return math.fsum(values) / values.size if values.size else math.nan
