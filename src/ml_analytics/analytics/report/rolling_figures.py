"""Rolling figures as series, and what is said of them in tables: the latest, the lowest, the middle, the highest."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .. import metrics as m
from ..risk.rolling import rolling_analysis
from .text import decimal, fine_percent, percent
from .trading import TradingReport

FEWEST_A_YEAR = 4.0  # below that twelve months hold too few bars to measure
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def rolling_window(report: TradingReport) -> int:
    """Return the bars of twelve months, at least two."""
    return max(2, round(report.annual_periods))


def rolling_series(report: TradingReport) -> list[dict[str, Any]]:
    """Return Sharpe ratio, volatility and (beside a benchmark) beta over twelve months, of each side.

    Each has ``key``, ``label``, ``write`` and ``sides``: name of the side -> series. Empty where the history is
    shorter than a year or a year has fewer than four bars.
    """
    window, p = rolling_window(report), report.annual_periods
    if len(report.net) <= window + 1 or p < FEWEST_A_YEAR:
        return []
    sides = {"strategy": report.net}
    if report.benchmark is not None:
        sides["benchmark"] = report.benchmark
    free = report.risk_free_rate
    ratio = {name: m.rolling_sharpe(side, p, window, free) for name, side in sides.items()}
    spread = {name: m.rolling_volatility(side, p, window) for name, side in sides.items()}
    found: list[tuple[str, str, Callable[[float], str], dict[str, pd.Series]]] = [
        ("sharpe", "Sharpe ratio", decimal, ratio),
        ("volatility", "Volatility a year", percent, spread),
    ]
    if report.benchmark is not None:
        table = rolling_analysis(report.net, window, p, risk_free_rate=free, benchmark=report.benchmark)
        found.append(("beta", f"Beta to {report.benchmark_name}", decimal, {"strategy": table["beta"]}))
    return [
        {"key": key, "label": label, "write": write, "sides": series} for key, label, write, series in found
    ]


def rolling_figures(report: TradingReport) -> list[dict[str, Any]]:
    """Return a row for each rolling figure of each side."""
    names = {"strategy": report.strategy_name, "benchmark": report.benchmark_name}
    rows = []
    for one in rolling_series(report):
        for side, series in one["sides"].items():
            known = series[np.isfinite(series)].to_numpy()
            values = {
                "latest": float(series.iloc[-1]),
                "lowest": float(known.min()) if known.size else math.nan,
                "middle": float(np.median(known)) if known.size else math.nan,
                "highest": float(known.max()) if known.size else math.nan,
            }
            label = one["label"] if one["key"] == "beta" else f"{one['label']}, {names[side]}"
            rows.append(
                {
                    "key": one["key"],
                    "side": side,
                    "label": label,
                    **values,
                    **{f"{name}_text": one["write"](value) for name, value in values.items()},
                }
            )
    return rows


def quantile_figures(report: TradingReport) -> list[dict[str, Any]]:
    """Return the quantiles of the returns of one bar, of each side."""
    rows = []
    for level in QUANTILES:
        own = float(np.quantile(report.net, level))
        other = None if report.benchmark is None else float(np.quantile(report.benchmark, level))
        rows.append(
            {
                "level": level,
                "level_text": percent(level, 0),
                "strategy": own,
                "strategy_text": fine_percent(own),
                "benchmark": other,
                "benchmark_text": fine_percent(math.nan if other is None else other),
            }
        )
    return rows
