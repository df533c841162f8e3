"""Fitting a hidden Markov model by EM: many short restarts side by side, the most likely ones finished.

(Biernacki, Celeux and Govaert 2003 call this *small EM*: most of the gain of many restarts for the price of
about one.) The EM itself is compiled (:mod:`.kernel`) and holds no lock, so each restart has a thread. EM ends
when a step gains less than 0.0001 in log-likelihood. The result does not depend on the number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ...core.errors import TrainingError
from .recursions import filtered, log_densities
from .starts import Start, first_guess

COVARIANCES = ("full", "diag", "spherical", "tied")
_LEAST_PROBABILITY = 1e-10
_SHORT = 20
_TOLERANCE = 1e-2
_FINALISTS = 3
_FINISHED = 1e-4

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Chain:
    """Start (K,), transition (K, K), means (K, D), covariances (K, D, D) and the log-likelihood of the data.

    ``steps`` is how many EM steps led here, ``converged`` whether the last one gained next to nothing.
    """

    start: np.ndarray
    transition: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    log_likelihood: float
    steps: int = 0
    converged: bool = False

    def ordered(self, order: np.ndarray) -> Chain:
        """Return the same chain with its states renamed."""
        return replace(
            self,
            start=self.start[order],
            transition=self.transition[np.ix_(order, order)],
            means=self.means[order],
            covariances=self.covariances[order],
        )


def fit_chain(
    X: np.ndarray,
    states: int,
    covariance_type: str,
    *,
    iterations: int,
    restarts: int,
    seed: int,
    floor: float,
    threads: int | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Chain:
    """Return the most likely of ``restarts`` fits on standardised X (T, D).

    Every restart takes up to 20 steps; the three most likely go on to convergence or ``iterations`` steps.
    ``threads`` defaults to the number of processors this process may use; ``tell`` hears of each one finished.

    Raises:
        TrainingError: no restart gave a usable model.
    """
    seeds = [int(one) for one in np.random.SeedSequence(seed).generate_state(restarts)]
    columns = np.ascontiguousarray(X.T, dtype=np.float64)
    stop = np.zeros(1, dtype=np.int8)
    short = min(_SHORT, iterations)

    def begin(restart: int) -> Chain | None:
        guess = first_guess(X, states, restart, seeds[restart], floor)
        return climb(columns, begun_at(guess), covariance_type, short, _TOLERANCE, floor, stop)

    def finish(chain: Chain) -> Chain | None:
        return climb(columns, chain, covariance_type, iterations - chain.steps, _FINISHED, floor, stop)

    workers = min(restarts, threads or processors())
    total = restarts + min(_FINALISTS, restarts)
    begun = _side_by_side(begin, range(restarts), workers, stop, lambda done: tell(done, total))
    finalists = sorted(begun, key=lambda one: -one.log_likelihood)[:_FINALISTS]
    ended = _side_by_side(finish, finalists, workers, stop, lambda done: tell(restarts + done, total))
    if not ended:
        raise TrainingError(
            f"None of {restarts} restarts found {states} regimes in {len(X)} rows.", stage="fit"
        )
    return _closed(X, max(ended, key=lambda one: one.log_likelihood))


def begun_at(guess: Start) -> Chain:
    """Return a first guess as a chain that starts anywhere."""
    start = np.full(len(guess.means), 1.0 / len(guess.means))
    return Chain(start, guess.transition, guess.means, guess.covariances, -np.inf)


def climb(
    columns: np.ndarray,
    chain: Chain,
    covariance_type: str,
    iterations: int,
    tolerance: float,
    floor: float,
    stop: np.ndarray,
) -> Chain | None:
    """Return where at most ``iterations`` EM steps lead on columns (D, T), or ``None`` where nowhere sound.

    The given chain is left as it is. Another thread ends the climb early by setting ``stop[0]``.
    """
    from . import kernel

    kinds = (kernel.FULL, kernel.DIAG, kernel.SPHERICAL, kernel.TIED)
    start, transition, means, covariances = (
        np.array(part, dtype=np.float64, order="C")
        for part in (chain.start, chain.transition, chain.means, chain.covariances)
    )
    likelihood, steps, end = kernel.climb(
        columns, start, transition, means, covariances,
        kinds[COVARIANCES.index(covariance_type)], float(floor), max(iterations, 0), float(tolerance), stop,
    )  # fmt: skip
    if end in (kernel.COLLAPSED, kernel.STOPPED):
        return None
    converged = end == kernel.CONVERGED
    return Chain(start, transition, means, covariances, likelihood, chain.steps + steps, converged)


def free_parameters(states: int, width: int, covariance_type: str) -> int:
    """Return how many numbers a model of that kind fits (for the information criteria)."""
    covariance = {
        "full": states * width * (width + 1) // 2,
        "diag": states * width,
        "spherical": states,
        "tied": width * (width + 1) // 2,
    }[covariance_type]
    return states - 1 + states * (states - 1) + states * width + covariance


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _side_by_side(
    function: Callable[[_T], Chain | None],
    values: Iterable[_T],
    workers: int,
    stop: np.ndarray,
    tell: Callable[[int], None],
) -> list[Chain]:
    """Return what a function finds for each value, in order; an interruption ends all of them soon."""
    chains = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            for done, found in enumerate(pool.map(function, values), start=1):
                chains += [] if found is None else [found]
                tell(done)
            return chains
        except BaseException:
            stop[0] = 1
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _closed(X: np.ndarray, chain: Chain) -> Chain:
    """Leave no step impossible (one surprising bar must not divide zero by zero) and say how likely X is then."""
    start, transition = _possible(chain.start), _possible(chain.transition)
    _, likelihood = filtered(log_densities(X, chain.means, chain.covariances), start, transition)
    return replace(chain, start=start, transition=transition, log_likelihood=likelihood)


def _possible(probabilities: np.ndarray) -> np.ndarray:
    floored: np.ndarray = np.maximum(np.asarray(probabilities), _LEAST_PROBABILITY)
    floored /= floored.sum(axis=-1, keepdims=True)
    return floored
