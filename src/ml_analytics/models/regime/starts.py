"""Where EM begins: different ways to cut a series into states, because EM only finds the nearest hill.

Restart 0, 3, 6, … clusters single bars; 1, 4, 7, … clusters stretches of bars by their mean and spread,
which finds regimes that differ in volatility only; 2, 5, 8, … draws stretches at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

_STRETCHES = 40
_LEAST_STRETCH = 5


@dataclass(frozen=True, slots=True)
class Start:
    """First guess of a chain: transition (K, K), means (K, D), covariances (K, D, D)."""

    transition: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


def first_guess(X: np.ndarray, states: int, restart: int, seed: int, floor: float) -> Start:
    """Return the chain that counting gives when every bar of X (T, D) has the state of restart ``restart``."""
    labels = _cut(X, states, restart % 3, np.random.default_rng(seed))
    counts = np.ones((states, states))
    np.add.at(counts, (labels[:-1], labels[1:]), 1.0)
    spread = np.cov(X.T).reshape(X.shape[1], X.shape[1]) + floor * np.eye(X.shape[1])
    means, covariances = [], []
    for state in range(states):
        inside = X[labels == state]
        many = len(inside) > X.shape[1] + 1
        means.append(inside.mean(axis=0) if len(inside) else X.mean(axis=0))
        own = np.cov(inside.T).reshape(spread.shape) if many else spread
        # A tenth of the whole spread: a guess that is too sure of itself cannot move.
        covariances.append(0.9 * own + 0.1 * spread)
    return Start(counts / counts.sum(axis=1, keepdims=True), np.stack(means), np.stack(covariances))


def _cut(X: np.ndarray, states: int, way: int, generator: np.random.Generator) -> np.ndarray:
    if way == 0:
        return _clusters(X, states, generator)
    size = max(_LEAST_STRETCH, len(X) // _STRETCHES)
    stretch = np.minimum(np.arange(len(X)) // size, len(X) // size - 1)
    number = int(stretch[-1]) + 1
    if way == 2 or number <= states:
        drawn: np.ndarray = generator.integers(0, states, number)[stretch]
        return drawn
    rows = [X[stretch == one] for one in range(number)]
    summary = np.array([np.r_[one.mean(axis=0), np.log(one.std(axis=0) + 1e-3)] for one in rows])
    scaled = (summary - summary.mean(axis=0)) / np.maximum(summary.std(axis=0), 1e-9)
    found: np.ndarray = _clusters(scaled, states, generator)[stretch]
    return found


def _clusters(points: np.ndarray, states: int, generator: np.random.Generator) -> np.ndarray:
    means = KMeans(states, n_init=1, random_state=int(generator.integers(2**31)))
    labels: np.ndarray = means.fit_predict(points)
    return labels
