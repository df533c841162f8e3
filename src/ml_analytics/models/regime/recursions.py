"""The recursions of a hidden Markov model with Gaussian states (Rabiner 1989), in scaled form.

Shapes: T bars, K states, D features. All but the first function take log densities of shape (T, K), so none of
them knows what a state emits. The loops are compiled (:mod:`.kernel`, :mod:`.passes`); numba is
imported at the first call.
"""

from __future__ import annotations

import numpy as np


def log_densities(X: np.ndarray, means: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Return log N(x_t | mean_k, covariance_k), shape (T, K), from X (T, D), (K, D) and (K, D, D).

    >>> log_densities(np.zeros((1, 1)), np.zeros((1, 1)), np.ones((1, 1, 1))).round(3)
    array([[-0.919]])
    """
    from . import kernel

    whitening, halves = whitened(covariances)
    result: np.ndarray = kernel.densities(_rows(X.T), _rows(means), whitening, halves)
    return result


def whitened(covariances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return W (K, D, D) with W covariance W' = 1, and half the logarithm of each determinant (K,)."""
    from . import kernel

    whitening = np.empty(covariances.shape)
    halves = [kernel.whiten(_rows(one), out) for one, out in zip(covariances, whitening, strict=True)]
    return whitening, np.array(halves)


def filtered(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> tuple[np.ndarray, float]:
    """Return P(state_t | x_1 … x_t), shape (T, K), and the log-likelihood of the whole series.

    Row t depends on rows 1 … t only, to the last bit. Each step is scaled to sum to one, so no series is too
    long; a bar that only an all but impossible state explains is done in logarithms.
    """
    from . import passes

    result = np.empty(densities.shape)
    prior = np.array(start, dtype=np.float64)
    likelihood = passes.filter_bars(_rows(densities), prior, _rows(transition), result)
    return result, float(likelihood)


def smoothed(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """Return P(state_t | x_1 … x_T), shape (T, K): hindsight."""
    from . import passes

    result, _ = filtered(densities, start, transition)
    passes.smooth_bars(result, _rows(transition))
    return result


def most_likely_path(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """Return the single most likely sequence of states given the whole series (Viterbi): hindsight."""
    from . import passes

    with np.errstate(divide="ignore"):  # an impossible step has the logarithm -inf
        log_start, steps = np.log(_rows(start)), np.log(_rows(transition))
    path: np.ndarray = passes.best_path(_rows(densities), log_start, steps)
    return path


def _rows(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, dtype=np.float64)
