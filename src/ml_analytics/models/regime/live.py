"""The forward filter one bar at a time, equal to the last bit to the filter over the whole series."""

from __future__ import annotations

from typing import Any

import numpy as np

from .recursions import whitened


class LiveFilter:
    """What is known now of a chain's state, and what the next bar makes of it.

    Not safe for several threads at once: the bars of one market come in one order.

    >>> live = LiveFilter(np.array([0.5, 0.5]), np.array([[0.9, 0.1], [0.1, 0.9]]),
    ...                   np.array([[1.0], [-1.0]]), np.ones((2, 1, 1)))
    >>> live.update(np.array([[1.0]])).round(3)
    array([[0.881, 0.119]])
    """

    def __init__(
        self, start: np.ndarray, transition: np.ndarray, means: np.ndarray, covariances: np.ndarray
    ) -> None:
        from . import kernel, passes

        self._densities, self._filter = kernel.densities, passes.filter_bars
        self._prior = np.array(start, dtype=np.float64)
        self._transition = np.ascontiguousarray(transition)
        self._means = np.ascontiguousarray(means)
        self._whitening, self._halves = whitened(covariances)

    def update(self, rows: Any) -> np.ndarray:
        """Return P(state | all bars so far), shape (n, K), after each of n standardised rows (n, D)."""
        columns = np.ascontiguousarray(rows.T)
        densities = self._densities(columns, self._means, self._whitening, self._halves)
        result = np.empty(densities.shape)
        self._filter(densities, self._prior, self._transition, result)
        return result
