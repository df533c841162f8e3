"""The same figures over a moving window: what a single number hides."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..inputs import annual_rate, count, numbers, per_period, positive


def rolling_volatility(returns: Any, periods_per_year: float, window: int) -> pd.Series:
    """Return the annualised volatility of the last ``window`` periods at each period.

    NaN until ``window`` periods are there, and where one of them is NaN.

    >>> rolling_volatility([0.01, -0.01, 0.01], 1, window=2).round(6).tolist()
    [nan, 0.014142, 0.014142]
    """
    owner = "rolling_volatility"
    p = positive(periods_per_year, "periods_per_year", owner)
    return _series(returns, owner).rolling(count(window, "window", owner)).std(ddof=1) * math.sqrt(p)


def rolling_sharpe(
    returns: Any, periods_per_year: float, window: int, risk_free_rate: float = 0.0
) -> pd.Series:
    """Return the annualised Sharpe ratio of the last ``window`` periods at each period.

    As :func:`~ml_analytics.analytics.metrics.sharpe_ratio` on the window, but NaN where nothing varies.

    >>> rolling_sharpe([0.01, -0.01, 0.03], 1, window=2).round(6).tolist()
    [nan, 0.0, 0.353553]
    """
    owner = "rolling_sharpe"
    p = positive(periods_per_year, "periods_per_year", owner)
    free = per_period(annual_rate(risk_free_rate, "risk_free_rate", owner), p)
    window = count(window, "window", owner)
    rolling = _series(returns, owner).rolling(window)
    deviation = rolling.std(ddof=1)
    return (rolling.mean() - free) / deviation.where(deviation > 0, np.nan) * math.sqrt(p)


def _series(returns: Any, owner: str) -> pd.Series:
    index = returns.index if isinstance(returns, pd.Series) else None
    return pd.Series(numbers(returns, "returns", owner), index=index)
