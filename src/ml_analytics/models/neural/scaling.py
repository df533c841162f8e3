"""Inputs in units of their training deviation, so that a network sees numbers near one."""

from __future__ import annotations

import numpy as np

FARTHEST = 10.0
"""What lies more deviations away counts as this many."""

_ROUNDING = 1e-12


def mean_and_scale(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of the last axis over all others; a constant column has deviation 1.

    >>> mean_and_scale(np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 1.]))
    """
    rows = values.reshape(-1, values.shape[-1])
    largest = np.abs(rows).max(axis=0)
    largest[largest == 0.0] = 1.0
    deviation = (rows / largest).std(axis=0)
    return rows.mean(axis=0), np.where(deviation > _ROUNDING, deviation * largest, 1.0)


def standardise(values: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return values in deviations from the mean, at most 10 to either side.

    >>> standardise(np.array([[0.0], [4.0], [1e9]]), np.array([2.0]), np.array([1.0])).tolist()
    [[-2.0], [2.0], [10.0]]
    """
    near: np.ndarray = np.clip((values - mean) / scale, -FARTHEST, FARTHEST)
    return near
