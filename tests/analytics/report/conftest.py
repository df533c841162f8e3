from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.analytics.report.odd import closed_trades

from ml_analytics.analytics import StrategyResult, TradingReport


@pytest.fixture(scope="session")
def report(sp500: pd.Series, crossing: StrategyResult) -> TradingReport:
    """A full report of twenty years: benchmark, costs, positions, regimes, facts and notes."""
    returns = sp500.pct_change()
    risk = returns.rolling(60).std()
    regimes = pd.Series(np.where(risk < 0.009, 1.0, 0.0), index=sp500.index).where(risk.notna())
    return TradingReport.of(
        crossing,
        returns,
        close=sp500,
        regimes=regimes,
        regime_labels={0: "restless", 1: "calm"},
        title="S&P 500: above its 200-day average",
        notes=["Costs are five basis points.", "No dividends."],
        facts={"Data": "S&P 500, 1999 to 2018", "Seed": "0"},
    )


@pytest.fixture(scope="session")
def book(market: pd.Series) -> TradingReport:
    """A report with thousands of trades, a benchmark and a stated number of trials."""
    net = market.loc["2004":"2009"]
    return TradingReport(net * 0.8 + 0.0002, net, trades=closed_trades(), trials=20, title="A book of trades")
