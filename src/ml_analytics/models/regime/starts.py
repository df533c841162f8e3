"""Where EM begins: different ways to cut a series into states, because EM only finds the nearest hill.

Restart 0, 3, 6, … clusters single bars (k-means); 1, 4, 7, … clusters stretches of bars by their mean and
spread, which finds regimes that differ in volatility only; 2, 5, 8, … draws stretches at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_STRETCHES = 40
_LEAST_STRETCH = 5
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Start:
    """First guess of a chain: transition (K, K), means (K, D), covariances (K, D, D)."""

    transition: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


def first_guess(X: np.ndarray, states: int, restart: int, seed: int, floor: float) -> Start:
    """Return the chain that counting gives when every bar of X (T, D) has the state of restart ``restart``."""
    labels = _cut(X, states, restart % 3, np.random.default_rng(seed))
    steps = np.bincount(labels[:-1] * states + labels[1:], minlength=states * states)
    counts = 1.0 + steps.reshape(states, states)
    sizes, sums, products = _moments(X, labels, states)
    middle = sums.sum(axis=0) / len(X)
    spread = products.sum(axis=0) / len(X) - np.outer(middle, middle) + floor * np.eye(X.shape[1])
    means, covariances = np.tile(middle, (states, 1)), np.empty(products.shape)
    for state in range(states):
        own = spread
        if sizes[state]:
            means[state] = sums[state] / sizes[state]
        if sizes[state] > X.shape[1] + 1:
            own = products[state] / sizes[state] - np.outer(means[state], means[state])
        # A tenth of the whole spread: a guess that is too sure of itself cannot move.
        covariances[state] = 0.9 * own + 0.1 * spread
    return Start(counts / counts.sum(axis=1, keepdims=True), means, covariances)


def _moments(X: np.ndarray, labels: np.ndarray, states: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the number, the sum (K, D) and the sum of products (K, D, D) of the bars of each state."""
    from . import kernel

    width = X.shape[1]
    belongs = np.zeros((states, len(X)))
    belongs[labels, np.arange(len(X))] = 1.0
    sizes, sums, products = np.zeros(states), np.zeros((states, width)), np.zeros((states, width, width))
    columns = np.ascontiguousarray(X.T)
    kernel.collect(columns, 0, len(X), belongs, np.zeros((states, width)), sizes, sums, products)
    lower = np.tril(products)
    return sizes, sums, lower + np.tril(products, -1).transpose(0, 2, 1)


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
    from . import clustering

    labels = np.empty(len(points), dtype=np.int64)
    clustering.cluster(np.ascontiguousarray(points.T), generator.random(states), _ROUNDS, labels)
    return labels
