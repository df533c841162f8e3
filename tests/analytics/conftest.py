from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import StrategyResult, strategy_returns


@pytest.fixture(scope="session")
def sp500() -> pd.Series:
    """Closes of the S&P 500, 1999 to 2018."""
    from arch.data import sp500

    closes: pd.Series = sp500.load()["Adj Close"].astype(np.float64)
    return closes


@pytest.fixture(scope="session")
def market(sp500: pd.Series) -> pd.Series:
    """Daily simple returns, 5,030 of them."""
    return sp500.pct_change().iloc[1:]


@pytest.fixture(scope="session")
def crossing(sp500: pd.Series) -> StrategyResult:
    """Long above the 200-day average, flat below."""
    position = (sp500 > sp500.rolling(200).mean()).astype(np.float64)
    return strategy_returns(position, sp500.pct_change(), cost_bps=5)
