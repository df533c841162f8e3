"""The one sentence under the title: what was earned, at what risk, and whether it may be luck."""

from __future__ import annotations

import math

import pandas as pd

from ...core.values import Score
from .. import metrics as m
from .text import bars, decimal, percent
from .trading import TradingReport

SHORTEST_YEAR = 0.95
"""Of a year: a shorter record would be multiplied up to a rate that nobody earned."""


def verdict(report: TradingReport, difference: Score | None) -> str:
    """Return one sentence that the figures support and that does not claim more.

    A record of less than a year is not written as a rate a year. ``difference`` is the Sharpe ratio over the
    benchmark's with its interval, where there is a benchmark.

    >>> days = pd.bdate_range("2024-01-01", periods=3)
    >>> verdict(TradingReport(pd.Series([0.0, 0.0, 0.0], index=days), periods_per_year=3), None)
    'The strategy earned 0.0% a year with a worst fall of 0.0%.'
    """
    p, size = report.annual_periods, len(report.net)
    short = size / p < SHORTEST_YEAR

    def earned(returns: pd.Series) -> str:
        return percent(m.total_return(returns) if short else m.cagr(returns, p))

    span = f"in {bars(size)}, less than a year," if short else "a year"
    after = "After costs the" if report.gross is not None else "The"
    name = report.strategy_name if report.strategy_name != "Strategy" else "strategy"
    own = f"{after} {name} earned {earned(report.net)} {span} with a worst fall of "
    own += percent(abs(m.max_drawdown(report.net)))
    if report.benchmark is None or difference is None:
        return f"{own}."
    other = report.benchmark
    name = report.benchmark_name
    name = f"{name[:1].lower()}{name[1:]}" if name == "Buy and hold" else name
    own += f", {name} {earned(other)} with {percent(abs(m.max_drawdown(other)))}"
    return f"{own}; {_compared(difference)}."


def _compared(difference: Score) -> str:
    if not math.isfinite(difference.value) or not math.isfinite(difference.low):
        return "their Sharpe ratios cannot be compared"
    interval = f"{difference.level:.0%} interval {decimal(difference.low)} to {decimal(difference.high)}"
    if decimal(abs(difference.value)) == decimal(0.0):
        return f"their Sharpe ratios do not differ ({interval})"
    sign = "higher" if difference.value >= 0 else "lower"
    size = f"its Sharpe ratio is {decimal(abs(difference.value))} {sign} ({interval})"
    if difference.low <= 0 <= difference.high:
        return f"{size}, a difference that chance alone could make"
    return f"{size}, more than chance alone would make"
