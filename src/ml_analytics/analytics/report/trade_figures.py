"""Figures of closed trades as shown: the summary, the best and worst, and who earned what."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..inputs import Array
from ..trades.attribution import attribution
from ..trades.figures import trade_metrics
from .text import UNKNOWN, Writer, date, decimal, percent, shortened, whole
from .trading import TradingReport

SHOWN = 10
"""Rows of a table of trades or groups; what is more is summed up in a last row."""
BY = {"symbol": "By symbol", "side": "By side", "sector": "By sector", "year": "By year of exit"}
_NEEDS = {"symbol": "symbol", "side": "side", "sector": "sector", "year": "exit_time"}
_DAY = 86_400.0
_USUAL_TIMES = {
    1 / 86_400: "1 s", 1 / 1440: "1 min", 15 / 1440: "15 min", 1 / 24: "1 h", 6 / 24: "6 h", 1.0: "1 day",
    7.0: "1 week", 30.4: "1 month", 91.3: "3 months", 365.25: "1 year", 1826.0: "5 years",
}  # fmt: skip


def trade_figures(report: TradingReport) -> dict[str, Any] | None:
    """Return the figures of trades as plain values with their texts; ``None`` without trades."""
    trades = report.trades
    if trades is None:
        return None
    money = writer(trades["pnl"].to_numpy())
    return {
        "count": len(trades),
        "figures": _summary(trades, money) if len(trades) else [],
        "best": _table(trades, money, worst=False),
        "worst": _table(trades, money, worst=True),
        "attribution": {by: _groups(trades, by, money) for by in BY if _NEEDS[by] in trades and len(trades)},
    }


def writer(pnl: Array) -> Writer:
    """Return how money is written: with cents below a thousand, without from there.

    >>> writer(np.array([12.5]))(12.5), writer(np.array([12345.6]))(12345.6)
    ('12.50', '12,346')
    """
    largest = float(np.abs(pnl).max(initial=0.0))
    digits = 0 if largest >= 1000 else 2 if largest >= 1 or largest == 0 else 4
    return lambda value: decimal(value, digits)


def duration(days: float) -> str:
    """Write a time in the unit that a person would use.

    >>> duration(0.5), duration(3.0), duration(0.001), duration(900), duration(1e-5)
    ('12.0 h', '3.0 days', '1.4 min', '900 days', '0.9 s')
    """
    if math.isnan(days):
        return UNKNOWN
    if days >= 1:
        return f"{decimal(days, 1 if days < 100 else 0)} {'day' if days == 1 else 'days'}"
    for size, unit in ((1 / 24, "h"), (1 / 1440, "min")):
        if days >= size:
            return f"{decimal(days / size, 1)} {unit}"
    return f"{decimal(days * _DAY, 1)} s"


def held_marks(shortest: float, longest: float) -> dict[float, str]:
    """Return marks for an axis of times held, in days: usual times, or the extremes where no two usual ones lie.

    >>> held_marks(0.9, 40.0), held_marks(3.0, 3.0), held_marks(2.0, 5.0)
    ({1.0: '1 day', 7.0: '1 week', 30.4: '1 month'}, {3.0: '3.0 days'}, {2.0: '2.0 days', 5.0: '5.0 days'})
    """
    inside = {at: name for at, name in _USUAL_TIMES.items() if shortest * 0.9 <= at <= longest * 1.1}
    if len(inside) < 2:
        ends = (shortest, longest) if longest > 1.5 * shortest else (longest,)
        return {at: duration(at) for at in ends}
    every = math.ceil(len(inside) / 6)
    return dict(list(inside.items())[::every])


def _summary(trades: pd.DataFrame, money: Writer) -> list[dict[str, Any]]:
    found = trade_metrics(trades)
    rows: list[tuple[str, str, float, Writer]] = [
        ("trades", "Closed trades", found.total_trades, whole),
        ("win_rate", "Winning trades", found.win_rate, percent),
        ("profit_factor", "Profit factor", found.profit_factor, decimal),
        ("payoff_ratio", "Mean win by mean loss", found.payoff_ratio, decimal),
        ("net_profit", "Net profit", found.net_profit, money),
        ("gross_profit", "Sum of wins", found.gross_profit, money),
        ("gross_loss", "Sum of losses", found.gross_loss, money),
        ("mean", "Mean trade", found.average_trade, money),
        ("median", "Median trade", found.median_trade, money),
        ("average_win", "Mean win", found.average_win, money),
        ("average_loss", "Mean loss", found.average_loss, money),
        ("largest_win", "Largest win", found.largest_win, money),
        ("largest_loss", "Largest loss", found.largest_loss, money),
        ("win_streak", "Longest run of wins", found.longest_winning_streak, whole),
        ("loss_streak", "Longest run of losses", found.longest_losing_streak, whole),
        ("mean_held", "Mean time held", found.average_days, duration),
        ("median_held", "Median time held", found.median_days, duration),
        ("fees", "Fees paid", found.fees, money),
    ]
    known = (
        row for row in rows if not math.isnan(row[2]) or row[0] not in ("mean_held", "median_held", "fees")
    )
    return [
        {"key": key, "label": label, "value": float(value), "value_text": write(value)}
        for key, label, value, write in known
    ]


def _table(trades: pd.DataFrame, money: Writer, *, worst: bool) -> list[dict[str, Any]]:
    """Return the trades that earned or lost most; of a book without losses none are worst."""
    sign = trades["pnl"] < 0 if worst else trades["pnl"] > 0
    some = trades[sign].sort_values("pnl", ascending=worst, kind="stable").head(SHOWN)
    return [_trade(one, money) for one in some.to_dict("records")]


def _trade(one: dict[Any, Any], money: Writer) -> dict[str, Any]:
    entry, leave = one.get("entry_time"), one.get("exit_time")
    held = math.nan
    if isinstance(entry, pd.Timestamp) and isinstance(leave, pd.Timestamp):
        held = (leave - entry).total_seconds() / _DAY
    return {
        "symbol_text": shortened(str(one.get("symbol", UNKNOWN)), 24),
        "side_text": str(one.get("side", UNKNOWN)),
        "exit_text": date(leave),
        "held_text": duration(held),
        "return_text": percent(float(one.get("return", math.nan))),
        "pnl": float(one["pnl"]),
        "pnl_text": money(float(one["pnl"])),
    }


def _groups(trades: pd.DataFrame, by: str, money: Writer) -> list[dict[str, Any]]:
    """Return a row a group: the largest effect first, years in order; small groups together at the end."""
    found = attribution(trades, by)
    if by == "year":
        return [_group(str(name), one, money) for name, one in found.iterrows()]
    found = found.loc[found["pnl"].abs().sort_values(ascending=False, kind="stable").index]
    shown, rest = found.iloc[:SHOWN], found.iloc[SHOWN:]
    rows = [_group(str(name), one, money) for name, one in shown.iterrows()]
    if len(rest):
        others = trades["pnl"][trades[by].isin(rest.index)]
        together = attribution(pd.DataFrame({"pnl": others, by: "others"}), by).iloc[0]
        rows.append(_group(f"{whole(len(rest))} others", together, money))
    return rows


def _group(name: str, one: pd.Series, money: Writer) -> dict[str, Any]:
    written: dict[str, Writer] = {
        "trades": whole, "pnl": money, "win_rate": percent, "profit_factor": decimal, "average": money,
    }  # fmt: skip
    return {
        "name_text": shortened(name, 24),
        **{key: float(one[key]) for key in written},
        **{f"{key}_text": write(float(one[key])) for key, write in written.items()},
    }
