"""All metrics of 1,000 strategies x 5,030 daily returns at once, beside a loop of QuantStats over them.

The peer is timed on three strategies, each new to its cache, and scaled to 1,000: the whole loop would take many
minutes. Ours computes all of them. Both run in one process and take turns; the minimum counts.
"""

from __future__ import annotations

import runpy
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.analytics.metrics import metrics_table

SHARED = runpy.run_path(str(Path(__file__).with_name("metrics_vs_quantstats.py")))
STRATEGIES, SAMPLED, ROUNDS = 1_000, 3, 3


def strategies() -> pd.DataFrame:
    """Make strategies that are long or short the market, each with noise of its own."""
    market: pd.Series = SHARED["market"]()
    generator = np.random.default_rng(0)
    side = generator.choice([-1.0, 0.5, 1.0], STRATEGIES)
    noise = generator.normal(0.0001, 0.005, (len(market), STRATEGIES))
    return pd.DataFrame(market.to_numpy()[:, None] * side + noise, index=market.index)


def main() -> list[dict[str, Any]]:
    """Run both and compare."""
    table = strategies()
    SHARED["peer"](table[0].rename("warm"))
    own, other = [], []
    for turn in range(ROUNDS):
        begun = time.perf_counter()
        metrics_table(table)
        own.append(time.perf_counter() - begun)
        chosen = [table[1 + turn * SAMPLED + one].rename("one") for one in range(SAMPLED)]
        begun = time.perf_counter()
        for one in chosen:
            SHARED["peer"](one)
        other.append((time.perf_counter() - begun) / SAMPLED * STRATEGIES)
    fast, slow = min(own), min(other)
    name = f"all metrics of {STRATEGIES:,} x {len(table):,} (peer: {SAMPLED}, scaled)"
    return [
        {"figure": name, "ours": fast, "peer": slow, "ratio": slow / fast, "unit": "s", "target": ">= 300x"}
    ]


if __name__ == "__main__":
    print(main())
