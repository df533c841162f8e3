"""Books of trades and histories at the edge of what can be, for every format."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml_analytics.analytics import TradingReport

HOSTILE = (
    "<script>boom()</script>",
    '=HYPERLINK("http://x")',
    "+1",
    "@SUM(1)",
    "-2+3",
    "\t=1",
    "</script>",
    "Ω 日本 😀",
)


def closed_trades(count: int = 4000, seed: int = 0) -> pd.DataFrame:
    """Closed trades of ten symbols, with names that are no names."""
    rng = np.random.default_rng(seed)
    entry = pd.Timestamp("2004-01-05") + pd.to_timedelta(
        np.sort(rng.integers(0, 2_000_000, count)), unit="min"
    )
    symbols = np.array(["AMD", "COST", *HOSTILE], dtype=object)
    return pd.DataFrame(
        {
            "symbol": symbols[rng.integers(0, len(symbols), count)],
            "side": np.where(rng.random(count) < 0.6, "long", "short"),
            "entry_time": entry,
            "exit_time": entry + pd.to_timedelta(rng.integers(1, 50_000, count), unit="min"),
            "quantity": rng.integers(1, 100, count).astype(np.float64),
            "entry_price": rng.uniform(5, 50, count).round(2),
            "exit_price": rng.uniform(5, 50, count).round(2),
            "fees": np.full(count, 0.5),
            "return": rng.normal(0.001, 0.05, count),
            "pnl": (rng.standard_t(3, count) * 100 + 3).round(2),
        }
    )


def odd_reports() -> dict[str, TradingReport]:
    """Histories and books at the edge of what can be."""
    days = pd.bdate_range("2024-01-01", periods=40)
    rng = np.random.default_rng(1)
    usual = pd.Series(rng.normal(0, 0.01, 40), index=days)
    every_day = pd.date_range("2024-01-01", periods=3000, freq="h", tz="UTC")
    lost = closed_trades(50)
    lost["pnl"] = -lost["pnl"].abs() - 1.0
    return {
        "without times": TradingReport.joined(rng.normal(0, 0.01, 400), rng.normal(0, 0.01, 400)),
        "one row": TradingReport.joined(usual.iloc[:1], usual.iloc[:1]),
        "one row without times": TradingReport.joined([0.01]),
        "no trades": TradingReport.joined(usual, trades=closed_trades(0)),
        "one trade": TradingReport.joined(usual, trades=[{"pnl": 1.0}]),
        "trades without names": TradingReport.joined(
            usual, trades=[{"pnl": 1.0}, {"pnl": -2.0}, {"pnl": 0.0}]
        ),
        "all losers": TradingReport.joined(usual, trades=lost),
        "all winners": TradingReport.joined(usual.abs(), trades=[{"pnl": 1.0, "symbol": "A"}] * 3),
        "nothing earned": TradingReport.joined(
            usual * 0.0, usual * 0.0, trades=[{"pnl": 0.0, "side": "long"}] * 3
        ),
        "total loss": TradingReport.joined(usual.where(usual.index != days[20], -1.0), usual),
        "lost at once": TradingReport(pd.Series(-1.0, index=days)),
        "never closes": TradingReport(pd.Series(rng.normal(0, 0.002, 3000), index=every_day)),
        "any unicode": TradingReport(
            usual,
            title="Ünïcödé 日本語 😀 <b>&amp;</b> $x^2$ =1+1",
            strategy_name="=<i>1",
            notes=["@x", "+1", "😀"],
        ),
        "long ago": TradingReport(
            pd.Series(0.001, index=pd.date_range("1850-01-31", periods=600, freq="ME"))
        ),
    }
