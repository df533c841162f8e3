"""Which rows are learnt from and which tell when to stop."""

from __future__ import annotations

import numpy as np


def forward_split(rows: int, fraction: float, embargo: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions to train on and, later in time, to validate on; ``embargo`` rows between are in neither.

    A window of ``embargo`` rows that ends at a validation row so holds no row that was trained on. Where less
    than half of the rows would be left to learn from, all are learnt from and none validate.

    >>> train, validation = forward_split(10, 0.2, embargo=2)
    >>> train.tolist(), validation.tolist()
    ([0, 1, 2, 3, 4, 5], [8, 9])
    """
    cut = rows - int(rows * fraction)
    end = cut - embargo
    if cut == rows or end < max(rows // 2, 1):
        return np.arange(rows), np.arange(0)
    return np.arange(end), np.arange(cut, rows)


def random_split(rows: int, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions to train on and to validate on, drawn at random: for rows that have no order in time."""
    drawn = np.random.default_rng(seed).permutation(rows)
    held = int(rows * fraction)
    return np.sort(drawn[held:]), np.sort(drawn[:held])
