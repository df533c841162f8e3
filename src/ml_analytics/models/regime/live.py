"""The forward filter one bar at a time, equal to the last bit to the filter over the whole series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import PredictionError
from ...core.signature import FLOAT32_MAX
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


def one_bar(bar: Any, names: Sequence[str]) -> np.ndarray:
    """Return a bar, by column name or in the order of ``names``, as (1, D) finite numbers.

    Raises:
        PredictionError: other columns, or values that a whole table could not have either.
    """
    if isinstance(bar, (Mapping, pd.Series)):
        if len(bar) != len(names) or any(name not in bar for name in names):
            got = ", ".join(map(str, bar.keys()))
            raise PredictionError(f"The bar must have the columns {', '.join(names)}. Got {got or 'none'}.")
        bar = [bar[name] for name in names]
    try:
        values = np.asarray(bar, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PredictionError(f"The bar must hold numbers only: {error}.") from error
    if values.shape != (len(names),):
        raise PredictionError(f"The bar must hold {len(names)} values. Got the shape {values.shape}.")
    if not (np.abs(values) <= FLOAT32_MAX).all():
        raise PredictionError(
            "The bar must hold finite 32-bit numbers. Got missing, infinite or larger ones."
        )
    return values[None, :]
