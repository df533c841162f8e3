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
from .regimes import regime_figures
from .text import UNKNOWN, Writer, date, days, decimal, fine_percent, multiple, percent, whole
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
    years = len(index) / p
    result: dict[str, Any] = plain(
        {
            "title": report.title,
            "strategy_name": report.strategy_name,
            "benchmark_name": report.benchmark_name if report.benchmark is not None else None,
            "period": {
                "start": index[0],
                "end": index[-1],
                "bars": len(index),
                "years": years,
                "periods_per_year": p,
                "text": f"{date(index[0])} to {date(index[-1])} · {whole(len(index))} bars",
            },
            "verdict": report.verdict or verdict(report, difference),
            "key_figures": _key_figures(report),
            "sharpe_difference": difference,
            "years": _years(report),
            "months": _months(report),
            "drawdowns": {
                name: _drawdowns(returns) for name, returns in _sides(report).items() if returns is not None
            },
            "regimes": regime_figures(report),
            "facts": {str(name): str(value) for name, value in report.facts.items()},
            "notes": list(report.notes),
        }
    )
    return result


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
    months = [m.compounded(side, "month") for side in both]
    rows = [
        _row("best_month", "Best month", percent, *(float(one.max()) for one in months)),
        _row("worst_month", "Worst month", percent, *(float(one.min()) for one in months)),
        _row("longest_drawdown", "Longest drawdown", days, *map(_longest_days, both)),
    ]
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


def _longest_days(returns: pd.Series) -> float:
    table = m.drawdown_periods(returns)
    if table.empty:
        return 0.0
    ends = table["end"].fillna(returns.index[-1])
    return float((ends - table["start"]).dt.days.max())


def _years(report: TradingReport) -> list[dict[str, Any]]:
    own = m.compounded(report.net, "year")
    other = None if report.benchmark is None else m.compounded(report.benchmark, "year")
    values = [None] * len(own) if other is None else other.tolist()
    return [
        _row(str(year), str(year), percent, value, benchmark)
        for year, value, benchmark in zip(own.index, own.tolist(), values, strict=True)
    ]


def _months(report: TradingReport) -> list[dict[str, Any]]:
    """Return one row a month; the text is in per cent without the sign, as in the table."""
    return [
        {
            "year": when.year,
            "month": when.month,
            "strategy": float(value),
            "strategy_text": decimal(value * 100, 1),
        }
        for when, value in m.compounded(report.net, "month").items()
        if isinstance(when, pd.Period)
    ]


def _drawdowns(returns: pd.Series) -> list[dict[str, Any]]:
    last = returns.index[-1]
    rows = []
    for one in m.worst_drawdowns(returns, WORST_DRAWDOWNS).to_dict("records"):
        ended = not pd.isna(one["end"])
        length = ((one["end"] if ended else last) - one["start"]).days
        recovery = (one["end"] - one["trough"]).days if ended else math.nan
        rows.append(
            {
                "start": date(one["start"]),
                "trough": date(one["trough"]),
                "end": date(one["end"]) if ended else None,
                "depth": one["depth"],
                "days": length,
                "recovery_days": recovery,
                "end_text": date(one["end"]) if ended else "not yet",
                "depth_text": percent(one["depth"]),
                "days_text": days(length),
                "recovery_text": days(recovery),
            }
        )
    return rows
