"""Fitting a hidden Markov model with hmmlearn's EM: many short restarts, the most likely one finished.

(Biernacki, Celeux and Govaert 2003 call this *small EM*: most of the gain of many restarts for the price of
about one.) EM stops when a step gains less than 0.01 in log-likelihood.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ...core.errors import TrainingError
from .recursions import filtered, log_densities

COVARIANCES = ("full", "diag", "spherical", "tied")
_LEAST_PROBABILITY = 1e-10
_SHORT = 20
_TOLERANCE = 1e-2


@dataclass(frozen=True, slots=True)
class Chain:
    """Start (K,), transition (K, K), means (K, D), covariances (K, D, D) and the log-likelihood of the data."""

    start: np.ndarray
    transition: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    log_likelihood: float

    def ordered(self, order: np.ndarray) -> Chain:
        """Return the same chain with its states renamed."""
        return Chain(
            self.start[order],
            self.transition[np.ix_(order, order)],
            self.means[order],
            self.covariances[order],
            self.log_likelihood,
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
) -> Chain:
    """Return the most promising of ``restarts`` fits, run to convergence, on standardised X (T, D).

    Raises:
        TrainingError: no restart gave a usable model.
    """
    seeds = [int(one) for one in np.random.SeedSequence(seed).generate_state(restarts)]
    # One thread: these arrays are small, and threads that wait for each other cost ten times the work.
    with _quietly(), threadpool_limits(1):
        begun = [_begin(X, states, covariance_type, min(_SHORT, iterations), one, floor) for one in seeds]
        promising = sorted((one for one in begun if one is not None), key=lambda one: -one[0])
        for _, fit in promising:
            chain = _finish(X, fit, iterations - _SHORT, floor)
            if chain is not None:
                return chain
    raise TrainingError(f"None of {restarts} restarts found {states} regimes in {len(X)} rows.", stage="fit")


def free_parameters(states: int, width: int, covariance_type: str) -> int:
    """Return how many numbers a model of that kind fits (for the Bayesian information criterion)."""
    covariance = {
        "full": states * width * (width + 1) // 2,
        "diag": states * width,
        "spherical": states,
        "tied": width * (width + 1) // 2,
    }[covariance_type]
    return states - 1 + states * (states - 1) + states * width + covariance


def _begin(
    X: np.ndarray, states: int, covariance_type: str, iterations: int, seed: int, floor: float
) -> tuple[float, Any] | None:
    """Run a few EM steps from one start; return the log-likelihood and the unfinished fit."""
    from hmmlearn.hmm import GaussianHMM

    fit = GaussianHMM(
        n_components=states,
        covariance_type=covariance_type,
        n_iter=iterations,
        tol=_TOLERANCE,
        min_covar=floor,
        random_state=seed,
    )
    try:
        fit.fit(X)
        likelihood = float(fit.score(X))
    except (ValueError, np.linalg.LinAlgError):  # a state collapsed; another restart may not
        return None
    return (likelihood, fit) if np.isfinite(likelihood) else None


def _finish(X: np.ndarray, fit: Any, iterations: int, floor: float) -> Chain | None:
    """Continue EM to convergence and return the chain, floored so that every later step is possible."""
    if iterations > 0 and not fit.monitor_.converged:
        fit.set_params(init_params="", n_iter=iterations)
        try:
            fit.fit(X)
        except (ValueError, np.linalg.LinAlgError):
            return None
    means = np.asarray(fit.means_)
    start, transition = _possible(fit.startprob_), _possible(fit.transmat_)
    if not all(np.isfinite(part).all() for part in (means, start, transition, fit.covars_)):
        return None
    covariances = np.stack([_at_least(one, floor) for one in np.asarray(fit.covars_)])
    _, likelihood = filtered(log_densities(X, means, covariances), start, transition)
    return Chain(start, transition, means, covariances, likelihood)


def _possible(probabilities: np.ndarray) -> np.ndarray:
    """Leave no step impossible: one surprising bar must not divide zero by zero."""
    floored: np.ndarray = np.maximum(np.asarray(probabilities), _LEAST_PROBABILITY)
    floored /= floored.sum(axis=-1, keepdims=True)
    return floored


def _at_least(covariance: np.ndarray, floor: float) -> np.ndarray:
    """Raise every eigenvalue to ``floor``, so that no state shrinks onto a single bar."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2.0)
    if values.min() >= floor:
        return covariance
    raised: np.ndarray = (vectors * np.maximum(values, floor)) @ vectors.T
    return raised


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep hmmlearn's notes about convergence off the screen: the best of many restarts is judged instead."""
    logger = logging.getLogger("hmmlearn")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.filterwarnings("ignore", module=r"(hmmlearn|sklearn\.cluster)(\..*)?$")
            yield
    finally:
        logger.setLevel(level)
