"""The recursions of a hidden Markov model with Gaussian states (Rabiner 1989), in scaled form.

Shapes: T bars, K states, D features. Every function takes log densities of shape (T, K), so none of them
knows what a state emits.
"""

from __future__ import annotations

import numpy as np


def log_densities(X: np.ndarray, means: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Return log N(x_t | mean_k, covariance_k), shape (T, K), from X (T, D), (K, D) and (K, D, D)."""
    rows, width = X.shape
    result = np.empty((rows, len(means)))
    for state, (mean, covariance) in enumerate(zip(means, covariances, strict=True)):
        factor = np.linalg.cholesky(covariance)
        standard = np.linalg.solve(factor, (X - mean).T)
        determinant = 2.0 * np.log(np.diag(factor)).sum()
        result[:, state] = -0.5 * ((standard**2).sum(axis=0) + determinant + width * np.log(2.0 * np.pi))
    return result


def filtered(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> tuple[np.ndarray, float]:
    """Return P(state_t | x_1 … x_t), shape (T, K), and the log-likelihood of the whole series.

    Row t depends on rows 1 … t only. Each step is scaled to sum to one, so no series is too long.
    """
    highest = densities.max(axis=1)
    weights = np.exp(densities - highest[:, None])
    result = np.empty_like(weights)
    scales = np.empty(len(weights))
    prior = start
    for bar in range(len(weights)):
        joint = prior * weights[bar]
        scales[bar] = joint.sum()
        result[bar] = joint / scales[bar]
        prior = result[bar] @ transition
    return result, float(np.log(scales).sum() + highest.sum())


def smoothed(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """Return P(state_t | x_1 … x_T), shape (T, K): hindsight."""
    result, _ = filtered(densities, start, transition)
    for bar in range(len(result) - 2, -1, -1):
        ahead = result[bar] @ transition
        result[bar] *= transition @ (result[bar + 1] / ahead)
        result[bar] /= result[bar].sum()
    return result


def most_likely_path(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """Return the single most likely sequence of states given the whole series (Viterbi): hindsight."""
    steps = np.log(transition)
    best = np.log(start) + densities[0]
    origins = np.empty(densities.shape, dtype=np.int64)
    for bar in range(1, len(densities)):
        candidates = best[:, None] + steps
        origins[bar] = candidates.argmax(axis=0)
        best = candidates.max(axis=0) + densities[bar]
    path = np.empty(len(densities), dtype=np.int64)
    path[-1] = best.argmax()
    for bar in range(len(densities) - 1, 0, -1):
        path[bar - 1] = origins[bar, path[bar]]
    return path
