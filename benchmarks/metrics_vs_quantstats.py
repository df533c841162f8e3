"""All metrics of one series of daily returns beside ``quantstats.reports.metrics(mode="full")``.

Ours is ``performance``: 75 figures of returns beside QuantStats' 75 rows, dates and inputs included (docs/metrics.md
lists ours, what is left out, and where the numbers differ and why). The series is the S&P 500 from 1999 to 2018.
Both run in one process and take turns; the minimum counts. QuantStats keeps a cache of prepared returns; it is
left on.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd

from ml_analytics.analytics import metrics
from ml_analytics.analytics.performance import performance

ROUNDS, REPEATS = 7, 20


def market() -> pd.Series:
    """Return 5,030 daily returns."""
    from arch.data import sp500

    closes = sp500.load()["Adj Close"].astype(float)
    returns: pd.Series = closes.pct_change().iloc[1:].rename("market")
    return returns


def ours(returns: pd.Series) -> object:
    """Compute every figure, the periods of a year included."""
    return performance(returns, None, metrics.periods_per_year(returns.index))


def peer(returns: pd.Series) -> pd.DataFrame:
    """Compute every row that QuantStats knows."""
    import quantstats

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report: Any = quantstats.reports.metrics
        found: pd.DataFrame = report(returns.copy(), mode="full", display=False)
    return found


def seconds(work: Callable[[pd.Series], object], returns: pd.Series) -> float:
    """Return how long one call takes."""
    begun = time.perf_counter()
    work(returns)
    return time.perf_counter() - begun


def main() -> list[dict[str, Any]]:
    """Run both and compare."""
    returns = market()
    ours(returns)
    peer(returns)
    own, other = [], []
    for _ in range(ROUNDS):
        own += [seconds(ours, returns) for _ in range(REPEATS)]
        other.append(seconds(peer, returns))
    fast, slow = min(own) * 1e3, min(other) * 1e3
    name = f"all metrics of {len(returns):,} daily returns"
    return [
        {"figure": name, "ours": fast, "peer": slow, "ratio": slow / fast, "unit": "ms", "target": ">= 75x"}
    ]


if __name__ == "__main__":
    print(main())
