"""Bull, bear and sideways as they were known on the day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...models import HMMRegimeDetector
from .config import MarketConfig

RESTARTS = 4


def regime_inputs(bars: pd.DataFrame) -> pd.DataFrame:
    """Return what the detector sees at each bar: log return and the logarithm of its 20-bar deviation."""
    returns = np.log(bars["close"]).diff()
    deviation = returns.rolling(20).std()
    inputs = pd.DataFrame({"log_return": returns, "log_volatility": np.log(deviation.clip(lower=1e-8))})
    return inputs.dropna()


def fit_regimes(bars: pd.DataFrame, train_end: pd.Timestamp, config: MarketConfig) -> HMMRegimeDetector:
    """Fit the detector on bars up to ``train_end``; later bars are only ever filtered."""
    inputs = regime_inputs(bars)
    detector = HMMRegimeDetector(n_components=config.regimes, n_init=RESTARTS, random_state=config.seed)
    detector.fit(inputs.loc[:train_end])
    return detector


def describe(bars: pd.DataFrame, regimes: pd.Series, names: dict[int, str]) -> list[dict[str, Any]]:
    """Return share of bars, yearly return and volatility of each regime (of the *next* bar: tradable)."""
    following = bars["close"].pct_change().shift(-1).reindex(regimes.index)
    rows = []
    for state, name in names.items():
        inside = following[regimes == state].dropna()
        rows.append(
            {
                "regime": name,
                "share": float((regimes == state).mean()),
                "next_bar_mean": float(inside.mean()) if len(inside) else None,
                "next_bar_deviation": float(inside.std()) if len(inside) > 1 else None,
            }
        )
    return rows
