"""Bull, bear and sideways: learned before the holdout, then filtered bar by bar.

In the holdout a bar's regime is what was known on its day. Before it no later bar enters either, except through
what the regimes are: their means, volatilities and transitions were learned from all bars before the holdout.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...models import HMMRegimeDetector
from .config import MarketConfig

TREND = 60
VOLATILITY = 20
RESTARTS = 4


def regime_inputs(bars: pd.DataFrame) -> pd.DataFrame:
    """Return what the detector sees at each bar: the trend of 60 bars and the volatility of 20.

    ``trend`` is the mean log return of the last 60 bars, ``log_volatility`` the logarithm of the deviation of
    the last 20. Single returns would hardly tell regimes apart: their mean is lost in their noise.
    """
    returns = np.log(bars["close"]).diff()
    deviation = returns.rolling(VOLATILITY).std()
    inputs = pd.DataFrame(
        {
            "trend": returns.rolling(TREND).mean(),
            "log_volatility": np.log(deviation.clip(lower=1e-8)),
        }
    )
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
