"""Monte Carlo with drawdowns, 10,000 futures of 252 periods, beside plain NumPy: draw all, cumprod, maximum.accumulate.

Both draw returns with replacement and give the end, the deepest drawdown and the lowest wealth of each future. They
take turns; the minimum counts (other work on the machine only ever adds). Means of both are compared before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ml_analytics.analytics.risk import simulate_returns

FUTURES, PERIODS, OBSERVED = 10_000, 252, 5030
ROUNDS = 15


def plain(returns: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ends, deepest drawdowns and lowest wealth, holding every path."""
    drawn = np.random.default_rng(seed).integers(0, returns.size, (FUTURES, PERIODS))
    wealth = np.cumprod(1.0 + returns[drawn], axis=1)
    high = np.maximum(np.maximum.accumulate(wealth, axis=1), 1.0)
    return wealth[:, -1] - 1.0, (wealth / high).min(axis=1) - 1.0, wealth.min(axis=1)


def fastest(*calls: Callable[[], Any]) -> list[float]:
    """Return the least milliseconds of each call, in turns."""
    best = [float("inf")] * len(calls)
    for _ in range(ROUNDS):
        for i, call in enumerate(calls):
            begin = time.perf_counter()
            call()
            best[i] = min(best[i], (time.perf_counter() - begin) * 1e3)
    return best


def main() -> list[dict[str, object]]:
    """Compare and time."""
    returns = np.random.default_rng(0).standard_t(4, OBSERVED) * 0.008
    ours, theirs = simulate_returns(returns, FUTURES, PERIODS, 1), plain(returns, 1)
    assert abs(ours.max_drawdowns.mean() - theirs[1].mean()) < 0.005
    assert abs(ours.total_returns.mean() - theirs[0].mean()) < 0.02
    simulate_returns(returns, FUTURES, PERIODS, 1, method="block", block_length=20)
    single, blocks, peer = fastest(
        lambda: simulate_returns(returns, FUTURES, PERIODS, 1),
        lambda: simulate_returns(returns, FUTURES, PERIODS, 1, method="block", block_length=20),
        lambda: plain(returns, 1),
    )
    size = f"{FUTURES:,} x {PERIODS}"
    return [
        {
            "figure": f"Monte Carlo {size} with drawdowns",
            "ours": single,
            "peer": peer,
            "ratio": peer / single,
            "unit": "ms",
            "target": "<= 20 ms; peer: plain NumPy",
        },
        {
            "figure": f"Monte Carlo {size}, stationary blocks",
            "ours": blocks,
            "peer": peer,
            "ratio": peer / blocks,
            "unit": "ms",
            "target": "<= 20 ms; peer: plain NumPy, single periods",
        },
    ]


if __name__ == "__main__":
    for row in main():
        print(row)
