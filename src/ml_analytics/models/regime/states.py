"""Hidden states as regimes: their fixed numbers, their names, and how often each is there in the long run."""

from __future__ import annotations

import numpy as np

_SAME_MEAN = 1e-6


def canonical_order(means: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Return old state numbers in the new order: highest mean of the first column, lowest, the rest falling.

    Means (standardised) closer than a millionth count as equal; then the calmer state comes first.

    >>> canonical_order(np.array([[0.0], [-1.0], [2.0]]), np.ones((3, 1, 1))).tolist()
    [2, 1, 0]
    """
    steps = np.round(means[:, 0] / _SAME_MEAN)
    falling = np.lexsort((covariances[:, 0, 0], -steps))
    return np.concatenate([falling[:1], falling[-1:], falling[1:-1]])


def state_names(states: int) -> list[str]:
    """Return the names of so many states in their canonical order.

    >>> state_names(2), state_names(3), state_names(4)
    (['bull', 'bear'], ['bull', 'bear', 'sideways'], ['bull', 'bear', 'sideways_1', 'sideways_2'])
    """
    between = states - 2
    return [
        "bull",
        "bear",
        *(["sideways"] if between == 1 else [f"sideways_{at + 1}" for at in range(between)]),
    ]


def long_run_shares(transition: np.ndarray) -> np.ndarray:
    """Return the shares (K,) that a chain with this transition matrix settles at.

    >>> long_run_shares(np.array([[0.9, 0.1], [0.3, 0.7]])).round(2)
    array([0.75, 0.25])
    """
    states = len(transition)
    equations = np.vstack([transition.T - np.eye(states), np.ones(states)])
    shares = np.maximum(np.linalg.lstsq(equations, np.r_[np.zeros(states), 1.0], rcond=None)[0], 0.0)
    normal: np.ndarray = shares / shares.sum()
    return normal
