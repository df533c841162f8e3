"""What could have happened: futures drawn from the returns that were observed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.canonical import plain
from ..core.errors import ParameterError
from .inputs import Array, count, fraction, observed

_DRAWN_AT_ONCE = 2**19


@dataclass(frozen=True)
class MonteCarloResult:
    """Outcomes of simulated futures; arrays have one entry per simulation.

    ``total_returns`` are compounded returns over the horizon, ``max_drawdowns`` the deepest fall on the way
    (negative fractions).
    """

    total_returns: Array
    max_drawdowns: Array
    time_horizon: int
    seed: int

    @property
    def n_simulations(self) -> int:
        """Number of simulated futures."""
        return int(self.total_returns.size)

    @property
    def probability_of_loss(self) -> float:
        """Share of futures that end below where they began."""
        return float((self.total_returns < 0).mean())

    def quantile(self, q: float) -> float:
        """Return the total return that a share ``q`` of futures stays below."""
        return float(np.quantile(self.total_returns, fraction(q, "q", "MonteCarloResult.quantile")))

    def probability_of_drawdown(self, depth: float) -> float:
        """Return the share of futures that fall by ``depth`` (0.2 is 20 %) or more."""
        depth = fraction(depth, "depth", "MonteCarloResult.probability_of_drawdown")
        return float((self.max_drawdowns <= -depth).mean())

    def to_json(self) -> dict[str, Any]:
        """Return the summary as plain JSON values."""
        quantiles = {f"{q:.0%}": self.quantile(q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
        drawdowns = {f"{q:.0%}": float(np.quantile(self.max_drawdowns, q)) for q in (0.05, 0.5, 0.95)}
        summary: dict[str, Any] = plain(
            {
                "n_simulations": self.n_simulations,
                "time_horizon": self.time_horizon,
                "seed": self.seed,
                "mean_total_return": float(self.total_returns.mean()),
                "total_return_quantiles": quantiles,
                "max_drawdown_quantiles": drawdowns,
                "probability_of_loss": self.probability_of_loss,
            }
        )
        return summary


def bootstrap_futures(
    returns: Any, n_simulations: int = 10_000, time_horizon: int = 252, seed: int = 0
) -> MonteCarloResult:
    """Draw ``n_simulations`` futures of ``time_horizon`` periods, each period one of ``returns``.

    Bootstrap with replacement: the observed distribution, fat tails included, is kept; the order is not, so
    volatility clusters and trends are lost and deep drawdowns are somewhat too rare. The same seed gives
    the same result. After ruin (-100 %) wealth stays 0.

    Raises:
        ParameterError: no observed return, or counts that are not positive whole numbers.

    >>> bootstrap_futures([0.01], n_simulations=3, time_horizon=2).total_returns.round(6).tolist()
    [0.0201, 0.0201, 0.0201]
    """
    owner = "monte_carlo_simulation"
    known = observed(returns, owner)
    simulations = count(n_simulations, "n_simulations", owner)
    horizon = count(time_horizon, "time_horizon", owner)
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ParameterError.of("seed", owner, "a whole number, not negative", seed)
    if not known.size:
        raise ParameterError.of("returns", owner, "at least one observed return", "none")
    growth = np.maximum(1.0 + known, 0.0)
    level, depth, deepest = np.ones(simulations), np.ones(simulations), np.ones(simulations)
    step = np.empty(simulations)
    # Period by period over all futures: the vectors stay in cache, and memory does not grow with the horizon.
    with np.errstate(over="ignore"):
        for chosen in _draws(growth.size, simulations, horizon, seed):
            np.take(growth, chosen, out=step, mode="clip")
            level *= step
            # What is left of the highest point so far.
            depth *= step
            np.minimum(depth, 1.0, out=depth)
            np.minimum(deepest, depth, out=deepest)
    return MonteCarloResult(level - 1.0, deepest - 1.0, horizon, int(seed))


def _draws(size: int, simulations: int, horizon: int, seed: int) -> Iterator[np.ndarray]:
    """Yield the drawn positions of each period, in the narrowest integers that hold them."""
    rng = np.random.Generator(np.random.SFC64(seed))
    kind = np.uint16 if size <= 2**16 else np.uint32
    rows = max(1, _DRAWN_AT_ONCE // simulations)
    for begin in range(0, horizon, rows):
        yield from rng.integers(0, size, (min(rows, horizon - begin), simulations), dtype=kind)
