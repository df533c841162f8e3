"""Hidden Markov regimes beside hmmlearn: one fit, ten restarts, and what appended bars and seeds change.

One fit: the same bars, the same first guess, the same 25 EM steps, so both reach the same likelihood (held to one
millionth before a time is printed; hmmlearn's small prior on covariances is switched off). Ours is the whole
``climb``. Ten restarts: ours is ``HMMRegimeDetector(n_init=10).fit`` as a user calls it, run to a gain below
0.0001; hmmlearn is ``GaussianHMM.fit`` with ten seeds and its own settings, run to a gain below 0.01, the best
kept. Flips are labels of past bars that change when bars come one by one; renamed is a seed whose labels agree
with seed 0's on less than 95 % of the bars. Both sides run in turn; the median counts.
BLAS and OpenMP get one thread: hmmlearn's arrays are small, and on shared cores its threads wait for each other.
"""

from __future__ import annotations

import logging
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from hmmlearn.hmm import GaussianHMM
from threadpoolctl import threadpool_limits

from ml_analytics import HMMRegimeDetector
from ml_analytics.models.regime.estimation import begun_at, climb
from ml_analytics.models.regime.starts import Start, first_guess

STEPS = 25
STATES = 3
RESTARTS = 10
LEVELS, SPREADS = (0.0008, -0.0012, 0.0), (0.006, 0.018, 0.010)


def market(bars: int, seed: int = 0) -> np.ndarray:
    """Return daily returns and log volatilities of a chain of three regimes, standardised, shape (bars, 2)."""
    generator = np.random.default_rng(seed)
    stay = generator.random(bars) < 0.985
    states = np.empty(bars, dtype=int)
    states[0] = 0
    for bar in range(1, bars):
        states[bar] = states[bar - 1] if stay[bar] else generator.integers(0, STATES)
    spread = np.array(SPREADS)[states]
    returns = np.array(LEVELS)[states] + generator.normal(size=bars) * spread
    X = np.column_stack([returns, np.log(spread) + generator.normal(size=bars) * 0.4])
    standard: np.ndarray = (X - X.mean(axis=0)) / X.std(axis=0)
    return standard


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return milliseconds and the answer."""
    started = time.perf_counter()
    answer = call()
    return (time.perf_counter() - started) * 1e3, answer


def peer_from(guess: Start, implementation: str) -> GaussianHMM:
    """Return hmmlearn's model at a first guess, about to take exactly ``STEPS`` steps."""
    fit = GaussianHMM(
        STATES, "full", n_iter=STEPS, tol=-np.inf, init_params="", implementation=implementation,
        covars_prior=0.0, covars_weight=1.0,
    )  # fmt: skip
    fit.startprob_, fit.transmat_ = np.full(STATES, 1.0 / STATES), guess.transition
    fit.means_, fit.covars_ = guess.means, guess.covariances
    return fit


def one_fit(bars: int, rounds: int) -> list[dict[str, Any]]:
    """Measure the same EM steps from the same guess."""
    X = market(bars)
    columns, stop = np.ascontiguousarray(X.T), np.zeros(1, dtype=np.int8)
    guess = first_guess(X, STATES, 0, 1, 1e-6)

    def ours() -> float:
        found = climb(columns, begun_at(guess), "full", STEPS, -np.inf, 1e-6, stop)
        assert found is not None
        return found.log_likelihood

    ours()  # compiled before, or now
    peers = {"default": ("log", 10), "scaling": ("scaling", 7)}
    times: dict[str, list[float]] = {"ours": [], **{name: [] for name in peers}}
    for _ in range(rounds):
        taken, likelihood = timed(ours)
        times["ours"].append(taken)
        for name, (implementation, _) in peers.items():
            fit = peer_from(guess, implementation)
            taken, _ = timed(lambda fit=fit: fit.fit(X))  # type: ignore[misc]
            times[name].append(taken)
            reached = float(fit.score(X))
            if likelihood < reached - 1e-6 * abs(reached):
                raise SystemExit(f"log-likelihood {likelihood} where hmmlearn reached {reached}")
    middle = {name: statistics.median(one) for name, one in times.items()}
    return [
        figure(
            f"hmm: {STEPS} EM steps, {bars:,} x 2, hmmlearn {name}",
            middle["ours"], middle[name], "ms", f">= {target}x",
        )
        for name, (_, target) in peers.items()
    ]  # fmt: skip


def restarts(rounds: int) -> list[dict[str, Any]]:
    """Measure ten restarts as a user calls them."""
    X = market(5030)

    def ours() -> float:
        return HMMRegimeDetector(STATES, n_init=RESTARTS, random_state=0).fit(X).score(X)

    def peer() -> float:
        fits = [
            GaussianHMM(STATES, "full", n_iter=1000, random_state=seed).fit(X) for seed in range(RESTARTS)
        ]
        return max(float(fit.score(X)) for fit in fits)

    ours()
    pairs = [(timed(ours), timed(peer)) for _ in range(rounds)]
    for (_, mine), (_, theirs) in pairs:
        if mine < theirs - 1e-6 * abs(theirs):
            raise SystemExit(f"log-likelihood {mine} where hmmlearn reached {theirs}")
    mine, theirs = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    return [figure(f"hmm: {RESTARTS} restarts, 5,030 x 2", mine, theirs, "ms", ">= 12x")]


def labels_that_stay() -> list[dict[str, Any]]:
    """Count labels that change when bars are appended, and seeds that rename a state."""
    X = market(1500, seed=4)
    detector = HMMRegimeDetector(STATES, random_state=0).fit(X)
    fit = GaussianHMM(STATES, "full", n_iter=200, random_state=0).fit(X)
    ours, peer = flips(detector.predict, X), flips(fit.predict, X)
    flipped = figure("hmm: bars whose label flips as bars come", ours, peer, "of 1,500", "0")
    ours = renamed(lambda seed: HMMRegimeDetector(STATES, random_state=seed).fit(X).predict(X))
    peer = renamed(lambda seed: GaussianHMM(STATES, "full", n_iter=200, random_state=seed).fit(X).predict(X))
    return [flipped, figure("hmm: seeds of 10 that rename a state", ours, peer, "of 10", "0")]


def renamed(labels: Callable[[int], np.ndarray]) -> float:
    """Return how many of ten seeds call the bars otherwise than the first."""
    first = labels(0)
    return float(sum(float((labels(seed) == first).mean()) < 0.95 for seed in range(1, RESTARTS)))


def flips(predict: Callable[[np.ndarray], np.ndarray], X: np.ndarray) -> float:
    """Return how many bars had, in some prefix of the series, another label than in the next prefix."""
    flipped = np.zeros(len(X), dtype=bool)
    before = predict(X[:1])
    for bars in range(2, len(X) + 1):
        now = predict(X[:bars])
        flipped[: bars - 1] |= now[:-1] != before
        before = now
    return float(flipped.sum())


def figure(name: str, ours: float, peer: float, unit: str, target: str) -> dict[str, Any]:
    """Print a line and return it."""
    ratio = ours / peer if peer else float("nan") if ours else 0.0
    print(f"{name}: ours {ours:.4g} {unit}, hmmlearn {peer:.4g} {unit}, {peer / ours if ours else 0:.1f}x")
    return {"figure": name, "ours": ours, "peer": peer, "ratio": ratio, "unit": unit, "target": target}


def main() -> list[dict[str, Any]]:
    """Measure in turns, so that a drifting machine drifts for both."""
    logging.getLogger("hmmlearn").setLevel(logging.CRITICAL)
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        return [*one_fit(5030, 25), *one_fit(100_000, 5), *restarts(3), *labels_that_stay()]


if __name__ == "__main__":
    main()
