"""Every figure of the report as values and as the text shown: formats draw from here and compute nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.canonical import plain
from .. import metrics as m
from ..inputs import Array
from .future import future_figures, futures
from .honesty import honesty_figures
from .regimes import regime_figures
from .rolling_figures import quantile_figures, rolling_figures
from .text import (
    UNKNOWN,
    Writer,
    bars,
    date,
    days,
    decimal,
    fine_percent,
    multiple,
    narrow_percent,
    percent,
    whole,
)
from .trade_figures import trade_figures
from .trading import TradingReport
from .verdict import verdict

WORST_DRAWDOWNS = 5


@dataclass(frozen=True)
class KeyFigure:
    """A row of the key table: computed from returns, periods a year and the risk-free rate."""

    key: str
    label: str
    write: Writer
    compute: Callable[[Array, float, float], float]


# One more figure is one line. Figures of calendar months or of positions follow in `_others`.
KEY_FIGURES = (
    KeyFigure("total_return", "Total return", percent, lambda r, p, f: m.total_return(r)),
    KeyFigure("cagr", "Return a year (CAGR)", percent, lambda r, p, f: m.cagr(r, p)),
    KeyFigure("volatility", "Volatility a year", percent, lambda r, p, f: m.volatility(r, p)),
    KeyFigure("sharpe_ratio", "Sharpe ratio", decimal, m.sharpe_ratio),
    KeyFigure("sortino_ratio", "Sortino ratio", decimal, m.sortino_ratio),
    KeyFigure("calmar_ratio", "Calmar ratio", decimal, lambda r, p, f: m.calmar_ratio(r, p)),
    KeyFigure("omega_ratio", "Omega ratio", decimal, lambda r, p, f: m.omega_ratio(r, p, risk_free_rate=f)),
    KeyFigure("max_drawdown", "Maximum drawdown", percent, lambda r, p, f: m.max_drawdown(r)),
    KeyFigure("ulcer_index", "Ulcer index", percent, lambda r, p, f: m.ulcer_index(r)),
    KeyFigure("value_at_risk", "Value at risk, 95%, a bar", fine_percent, lambda r, p, f: m.value_at_risk(r)),
    KeyFigure(
        "conditional_value_at_risk",
        "Expected shortfall, 95%",
        fine_percent,
        lambda r, p, f: m.conditional_value_at_risk(r),
    ),
    KeyFigure("tail_ratio", "Tail ratio", decimal, lambda r, p, f: m.tail_ratio(r)),
    KeyFigure("skew", "Skew", decimal, lambda r, p, f: m.skew(r)),
    KeyFigure("kurtosis", "Excess kurtosis", decimal, lambda r, p, f: m.kurtosis(r)),
    KeyFigure("win_rate", "Winning bars", percent, lambda r, p, f: m.win_rate(r)),
    KeyFigure("best", "Best bar", fine_percent, lambda r, p, f: m.best(r)),
    KeyFigure("worst", "Worst bar", fine_percent, lambda r, p, f: m.worst(r)),
)

# What the first page shows, and in plain words what it means.
FRONT = {
    "cagr": "how fast money grew, compounded",
    "total_return": "over the whole time",
    "volatility": "how far a year usually strays from its mean",
    "sharpe_ratio": "return over the risk-free rate, per volatility",
    "max_drawdown": "the deepest fall from a high",
    "longest_drawdown": "from a high until it was reached again",
    "worst_month": "the worst calendar month",
    "value_at_risk": "one bar in twenty is worse",
    "conditional_value_at_risk": "the mean of those worst bars",
    "exposure": "share of bars with a position",
    "beta": "how much of the benchmark's moves it makes",
}


def report_figures(report: TradingReport) -> dict[str, Any]:
    """Return every figure the report shows as plain JSON values, strategy and benchmark side by side.

    Each figure has its value (``None`` where it is not finite) and, under ``…_text``, the text that every
    format shows.

    >>> days = pd.bdate_range("2024-01-01", periods=3)
    >>> figures = report_figures(TradingReport(pd.Series([0.0, 0.1, 0.1], index=days)))
    >>> figures["key_figures"][0]["strategy_text"]
    '21.0%'
    """
    p, index = report.annual_periods, report.index
    difference = None
    if report.benchmark is not None:
        difference = m.sharpe_difference(report.net, report.benchmark, p)
    years, rows = len(index) / p, _key_figures(report)
    by_key = {row["key"]: row for row in rows}
    result: dict[str, Any] = plain(
        {
            "title": report.title,
            "strategy_name": report.strategy_name,
            "benchmark_name": report.benchmark_name if report.benchmark is not None else None,
            "period": {
                "start": index[0] if report.has_times else None,
                "end": index[-1] if report.has_times else None,
                "bars": len(index),
                "years": years,
                "periods_per_year": p,
                "text": _period_text(report),
            },
            "verdict": report.verdict or verdict(report, difference),
            "key_figures": rows,
            "front": [{**by_key[key], "words_text": words} for key, words in FRONT.items() if key in by_key],
            "sharpe_difference": difference,
            "years": _years(report),
            "months": _months(report),
            "drawdowns": {
                name: _drawdowns(returns) for name, returns in _sides(report).items() if returns is not None
            },
            "rolling": rolling_figures(report),
            "quantiles": quantile_figures(report),
            "future": future_figures(futures(report)),
            "trades": trade_figures(report),
            "honesty": honesty_figures(report),
            "regimes": regime_figures(report),
            "facts": {str(name): str(value) for name, value in report.facts.items()},
            "notes": list(report.notes),
        }
    )
    return result


def _period_text(report: TradingReport) -> str:
    bars = whole(len(report.index)) + (" bar" if len(report.index) == 1 else " bars")
    if not report.has_times:
        return f"{bars} without times"
    return f"{date(report.index[0])} to {date(report.index[-1])} · {bars}"


def _sides(report: TradingReport) -> dict[str, pd.Series | None]:
    return {"strategy": report.net, "benchmark": report.benchmark}


def _key_figures(report: TradingReport) -> list[dict[str, Any]]:
    p, free = report.annual_periods, report.risk_free_rate
    rows = []
    for one in KEY_FIGURES:
        values = [
            None if side is None else one.compute(side.to_numpy(), p, free)
            for side in _sides(report).values()
        ]
        rows.append(_row(one.key, one.label, one.write, *values))
    return rows + _others(report)


def _others(report: TradingReport) -> list[dict[str, Any]]:
    p, net, other = report.annual_periods, report.net, report.benchmark
    both = [net] if other is None else [net, other]
    rows = []
    if report.has_times:
        months = [m.compounded(side, "month") for side in both]
        rows += [
            _row("best_month", "Best month", percent, *(float(one.max()) for one in months)),
            _row("worst_month", "Worst month", percent, *(float(one.min()) for one in months)),
        ]
    write = days if report.has_times else bars
    rows.append(_row("longest_drawdown", "Longest drawdown", write, *map(_longest, both)))
    if report.held is not None:
        invested = None if other is None else 1.0
        rows.append(_row("exposure", "Time in the market", percent, m.exposure(report.held), invested))
        rows.append(_row("turnover", "Turnover a year", multiple, m.turnover(report.held, p), None))
        rows.append(_row("trades", "Trades", whole, float(np.count_nonzero(m.traded(report.held))), None))
    if report.gross is not None:
        rows.append(_row("gross_cagr", "CAGR before costs", percent, m.cagr(report.gross, p), None))
        rows.append(_row("costs", "Costs a year", fine_percent, float((report.gross - net).mean()) * p, None))
    if other is not None:
        rows.append(_row("beta", "Beta", decimal, m.beta(net, other), 1.0))
        rows.append(_row("correlation", "Correlation", decimal, m.correlation(net, other), 1.0))
        alpha = m.alpha(net, other, p, report.risk_free_rate)
        rows.append(_row("alpha", "Alpha a year", percent, alpha, 0.0))
    return rows


def _row(
    key: str, label: str, write: Writer, strategy: float | None, benchmark: float | None = None
) -> dict[str, Any]:
    return {
        "key": key,
        "label": label,
        "strategy": strategy,
        "benchmark": benchmark,
        "strategy_text": UNKNOWN if strategy is None else write(strategy),
        "benchmark_text": UNKNOWN if benchmark is None else write(benchmark),
    }


def _longest(returns: pd.Series) -> float:
    """Return the longest time below a high: in days where there are times, else in bars."""
    table = m.drawdown_periods(returns)
    if table.empty:
        return 0.0
    if not isinstance(returns.index, pd.DatetimeIndex):
        return float(table["length"].max())
    ends = table["end"].fillna(returns.index[-1])
    return float((ends - table["start"]).dt.days.max())


def _years(report: TradingReport) -> list[dict[str, Any]]:
    if not report.has_times:
        return []
    own = m.compounded(report.net, "year")
    other = None if report.benchmark is None else m.compounded(report.benchmark, "year")
    values = [None] * len(own) if other is None else other.tolist()
    return [
        _row(str(year), str(year), lambda one: f"{narrow_percent(one)}%", value, benchmark)
        for year, value, benchmark in zip(own.index, own.tolist(), values, strict=True)
    ]


def _months(report: TradingReport) -> list[dict[str, Any]]:
    """Return one row a month; the text is in per cent without the sign, as in the table."""
    if not report.has_times:
        return []
    return [
        {
            "year": when.year,
            "month": when.month,
            "strategy": float(value),
            "strategy_text": narrow_percent(value),
        }
        for when, value in m.compounded(report.net, "month").items()
        if isinstance(when, pd.Period)
    ]


def _drawdowns(returns: pd.Series) -> list[dict[str, Any]]:
    timed = isinstance(returns.index, pd.DatetimeIndex)
    last, write = returns.index[-1], days if timed else bars
    rows = []
    for one in m.worst_drawdowns(returns, WORST_DRAWDOWNS).to_dict("records"):
        ended = not pd.isna(one["end"])
        if timed:
            length = ((one["end"] if ended else last) - one["start"]).days
            recovery = (one["end"] - one["trough"]).days if ended else math.nan
        else:
            length = one["length"]
            recovery = int(one["recovery"]) if ended else math.nan
        shown = {name: _when(one[name]) for name in ("start", "trough", "end")}
        rows.append(
            {
                "start": shown["start"],
                "trough": shown["trough"],
                "end": shown["end"] if ended else None,
                "depth": one["depth"],
                "days": length,
                "recovery_days": recovery,
                "start_text": shown["start"],
                "trough_text": shown["trough"],
                "end_text": shown["end"] if ended else "not yet",
                "depth_text": percent(one["depth"]),
                "days_text": write(length),
                "recovery_text": write(recovery),
            }
        )
    return rows


def _when(value: Any) -> str:
    """Write a bar of the record: its date, or its number."""
    if pd.isna(value):
        return UNKNOWN
    return date(value) if isinstance(value, pd.Timestamp) else whole(value)
