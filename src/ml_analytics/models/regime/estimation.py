"""Fitting a hidden Markov model with hmmlearn's EM: many short restarts, the most likely one finished.

(Biernacki, Celeux and Govaert 2003 call this *small EM*: most of the gain of many restarts for the price of
about one.) EM ends when a step gains less than 0.0001 in log-likelihood.
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
from .starts import Start, first_guess

COVARIANCES = ("full", "diag", "spherical", "tied")
_LEAST_PROBABILITY = 1e-10
_SHORT = 20
_TOLERANCE = 1e-2
_FINISHED = 1e-4


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
        guesses = [first_guess(X, states, restart, one, floor) for restart, one in enumerate(seeds)]
        begun = [_begin(X, guess, covariance_type, min(_SHORT, iterations), floor) for guess in guesses]
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
    X: np.ndarray, guess: Start, covariance_type: str, iterations: int, floor: float
) -> tuple[float, Any] | None:
    """Run a few EM steps from a first guess; return the log-likelihood and the unfinished fit."""
    from hmmlearn.hmm import GaussianHMM

    fit = GaussianHMM(
        n_components=len(guess.means),
        covariance_type=covariance_type,
        n_iter=iterations,
        tol=_TOLERANCE,
        min_covar=floor,
        init_params="",
    )
    fit.startprob_ = np.full(len(guess.means), 1.0 / len(guess.means))
    fit.transmat_, fit.means_ = guess.transition, guess.means
    fit.covars_ = _in_form(guess.covariances, covariance_type)
    try:
        fit.fit(X)
        likelihood = float(fit.score(X))
    except (ValueError, np.linalg.LinAlgError):  # a state collapsed; another restart may not
        return None
    return (likelihood, fit) if np.isfinite(likelihood) else None


def _finish(X: np.ndarray, fit: Any, iterations: int, floor: float) -> Chain | None:
    """Continue EM to convergence and return the chain, floored so that every later step is possible."""
    if iterations > 0:
        fit.set_params(n_iter=iterations, tol=_FINISHED)
        try:
            fit.fit(X)
        except (ValueError, np.linalg.LinAlgError):
            return None
    means = np.asarray(fit.means_)
    start, transition = _possible(fit.startprob_), _possible(fit.transmat_)
    # hmmlearn 0.3 repeats the matrix of every spherical state once a column.
    matrices = np.asarray(fit.covars_).reshape(len(means), -1, X.shape[1], X.shape[1])[:, 0]
    if not all(np.isfinite(part).all() for part in (means, start, transition, matrices)):
        return None
    covariances = np.stack([_at_least(one, floor) for one in matrices])
    _, likelihood = filtered(log_densities(X, means, covariances), start, transition)
    return Chain(start, transition, means, covariances, likelihood)


def _in_form(covariances: np.ndarray, covariance_type: str) -> np.ndarray:
    """Return full covariances (K, D, D) in the form that hmmlearn takes for this type."""
    diagonals = np.diagonal(covariances, axis1=1, axis2=2)
    forms: dict[str, np.ndarray] = {
        "full": covariances,
        "diag": diagonals,
        "spherical": diagonals.mean(axis=1),
        "tied": covariances.mean(axis=0),
    }
    return forms[covariance_type]


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
