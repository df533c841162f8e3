"""What the next year could bring: simulated futures as bands and as a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
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
"""Observed steps below which a simulation would only repeat them."""
MOST_STEPS = 2520
"""Steps of a simulated year: where a year has more bars, as many as needed are compounded to one step."""


@dataclass(frozen=True)
class Futures:
    """Simulated years, and how many bars one of their steps is."""

    simulated: MonteCarloResult
    bars_per_step: int


def futures(report: TradingReport) -> Futures | None:
    """Return the futures of a year, drawn in blocks of consecutive steps; ``None`` below ten observed steps.

    A step is a bar; where a year has more than 2,520 bars (hours, minutes) it is several bars compounded, so that
    the future is a year all the same. Bars at the beginning that do not fill a step are left out.
    """
    size = math.ceil(report.annual_periods / MOST_STEPS)
    count = len(report.net) // size
    if count < FEWEST:
        return None
    values = report.net.to_numpy()[-count * size :]
    if size > 1:
        values = np.prod(np.maximum(1.0 + values, 0.0).reshape(count, size), axis=1) - 1.0
    horizon = max(1, round(report.annual_periods / size))
    runs = float(max(2, round(count ** (1 / 3))))  # grows as the best length does (Politis & White 2004)
    found = simulate_returns(values, FUTURES, horizon, report.seed, method="block", block_length=runs)
    return Futures(found, size)


def bands(found: Futures) -> tuple[Array, Array]:
    """Return bars from now (s,) and quantiles of the wealth of one unit (5, s), for the fan."""
    table = found.simulated.percentile_paths(LEVELS)
    return np.asarray(table.index, dtype=np.float64) * found.bars_per_step, table.to_numpy().T


def future_figures(futures: Futures | None) -> dict[str, Any] | None:
    """Return the figures of the simulated year as plain values with their texts."""
    if futures is None:
        return None
    found, size = futures.simulated, futures.bars_per_step
    horizon = found.time_horizon * size
    steps = "bars" if size == 1 else f"steps of {whole(size)} bars"
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
        "horizon": horizon,
        "bars_per_step": size,
        "seed": found.seed,
        "quantiles": rows,
        "chances": [
            {"label_text": label, "value": value, "value_text": percent(value)}
            for label, value in chances.items()
        ],
        "caption": (
            f"{whole(found.n_simulations)} futures of {whole(horizon)} bars, made of runs of consecutive {steps} of "
            f"the past (stationary bootstrap, seed {found.seed}). They can only bring what has happened before."
        ),
    }
