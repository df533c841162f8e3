"""Many steps ahead from a model of one step: its forecasts are fed back in, drawn errors say how surely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

Bounds = list[tuple[np.ndarray, np.ndarray]]
"""Lower and upper (horizon,) for each level."""


class Walk(Protocol):
    """Several series that go on side by side, one value a step."""

    def ahead(self, step: int) -> np.ndarray:
        """Return the forecast of the next value of each path; ``step`` counts from 0."""
        ...

    def take(self, values: np.ndarray) -> None:
        """Go on to the next step, at which the paths have these values."""
        ...


def walk_ahead(
    start: Callable[[int], Walk],
    errors: np.ndarray,
    horizon: int,
    levels: Sequence[float],
    *,
    seed: int,
    paths: int,
) -> tuple[np.ndarray, Bounds]:
    """Return the path without errors, (horizon,), and for each level the quantiles of ``paths`` paths with errors.

    ``start(n)`` gives n paths that begin where the series ends. Each step of a path gets an error drawn from
    ``errors``, those of one step ahead on rows that were not learnt from. Where no level is asked for, only the
    path without errors is walked.

    >>> class Flat:
    ...     def __init__(self, paths):
    ...         self.values = np.zeros(paths)
    ...     def ahead(self, step):
    ...         return self.values
    ...     def take(self, values):
    ...         self.values = values
    >>> mean, [(lower, upper)] = walk_ahead(Flat, np.array([-1.0, 1.0]), 4, [0.5], seed=0, paths=200)
    >>> mean.tolist(), bool((lower < upper).all())
    ([0.0, 0.0, 0.0, 0.0], True)
    """
    drawn = paths if levels else 0
    generator = np.random.default_rng(seed)
    walk = start(1 + drawn)
    found = np.empty((1 + drawn, horizon))
    for step in range(horizon):
        values = np.array(walk.ahead(step), dtype=np.float64)
        values[1:] += generator.choice(errors, drawn)
        found[:, step] = values
        walk.take(values)
    bounds = [np.quantile(found[1:], [0.5 - one / 2, 0.5 + one / 2], axis=0) for one in levels]
    return found[0], [(lower, upper) for lower, upper in bounds]
