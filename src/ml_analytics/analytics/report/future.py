"""What the next year could bring: simulated futures as bands and as a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..inputs import Array
from ..risk.futures import MonteCarloResult
from ..risk.monte_carlo import simulate_returns
from .text import percent, whole
from .trading import TradingReport

FUTURES = 2000
LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
DEPTHS = (0.1, 0.2, 0.3, 0.5)
FEWEST = 10
"""Observed returns below which a simulation would only repeat them."""
FARTHEST = 2520
"""Bars of the longest future: of a year of minutes the first days are enough."""


def futures(report: TradingReport) -> MonteCarloResult | None:
    """Return the futures of a year, drawn in blocks of consecutive bars; ``None`` below ten observed returns."""
    if len(report.net) < FEWEST:
        return None
    bars = int(min(FARTHEST, max(1, round(report.annual_periods))))
    runs = float(
        max(2, round(len(report.net) ** (1 / 3)))
    )  # grows as the best length does (Politis & White 2004)
    values = report.net.to_numpy()
    return simulate_returns(values, FUTURES, bars, report.seed, method="block", block_length=runs)


def bands(found: MonteCarloResult) -> tuple[Array, Array]:
    """Return steps (s,) and quantiles of the wealth of one unit (5, s), for the fan."""
    table = found.percentile_paths(LEVELS)
    return np.asarray(table.index, dtype=np.float64), table.to_numpy().T


def future_figures(found: MonteCarloResult | None) -> dict[str, Any] | None:
    """Return the figures of the simulated year as plain values with their texts."""
    if found is None:
        return None
    rows = []
    for level in LEVELS:
        end, fall = found.quantile(level), found.drawdown_quantile(level)
        rows.append(
            {
                "level_text": percent(level, 0),
                "end": end,
                "end_text": percent(end),
                "fall": fall,
                "fall_text": percent(fall),
            }
        )
    chances = {
        "of a loss at the end": found.probability_of_loss,
        **{f"of a fall of {depth:.0%} or more": found.probability_of_drawdown(depth) for depth in DEPTHS},
    }
    return {
        "futures": found.n_simulations,
        "horizon": found.time_horizon,
        "seed": found.seed,
        "quantiles": rows,
        "chances": [
            {"label_text": label, "value": value, "value_text": percent(value)}
            for label, value in chances.items()
        ],
        "caption": (
            f"{whole(found.n_simulations)} futures of {whole(found.time_horizon)} bars, made of runs of consecutive "
            f"bars of the past (stationary bootstrap, seed {found.seed}). They can only bring what has happened before."
        ),
    }
