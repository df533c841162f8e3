from __future__ import annotations

import pandas as pd
import pytest

from ml_analytics import load_sp500
from ml_analytics.use_cases.markets import MarketConfig


@pytest.fixture(scope="session")
def bars() -> pd.DataFrame:
    return load_sp500().iloc[-1500:][["open", "high", "low", "close", "volume"]]


@pytest.fixture
def config() -> MarketConfig:
    return MarketConfig(models=("logistic",), splits=3, holdout_years=1.0, horizon=3, embargo=2)
