"""Forward folds: whoever predicts a row has learnt from earlier rows only."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from ...core.row_times import require_time_order

Split = tuple[np.ndarray, np.ndarray]
"""Positions of the rows to learn from, and of the later rows to predict."""


def bars_of(X: pd.DataFrame, owner: str) -> np.ndarray:
    """Return the number of the moment of each row; rows of one time share it, rows without times have their own.

    Raises:
        LeakageError: the table has times and they are not in order.
    """
    times = require_time_order(X, owner)
    if times is None:
        return np.arange(len(X))
    return np.concatenate([[0], np.cumsum(np.diff(times.asi8) > 0)])


def forward_folds(bars: np.ndarray, folds: int, gap: int) -> list[Split]:
    """Return ``folds`` splits whose training part grows; the first of ``folds + 1`` blocks is never predicted.

    The last ``gap`` moments before a predicted block are not learnt from: labels that look ahead would tell of it.

    >>> [(train.tolist(), test.tolist()) for train, test in forward_folds(np.arange(6), 2, 1)]
    [([0], [2, 3]), ([0, 1, 2], [4, 5])]
    """
    moments = int(bars[-1]) + 1
    edges = np.linspace(0, moments, folds + 2).round().astype(int)
    return [_split(bars, start, stop, gap) for start, stop in pairwise(edges[1:])]


def forward_holdout(bars: np.ndarray, share: float, gap: int) -> list[Split]:
    """Return the one split that predicts the last ``share`` of the moments.

    >>> [(train.tolist(), test.tolist()) for train, test in forward_holdout(np.arange(5), 0.4, 0)]
    [([0, 1, 2], [3, 4])]
    """
    moments = int(bars[-1]) + 1
    start = moments - max(1, round(share * moments))
    return [_split(bars, start, moments, gap)]


def _split(bars: np.ndarray, start: int, stop: int, gap: int) -> Split:
    return np.flatnonzero(bars < start - gap), np.flatnonzero((bars >= start) & (bars < stop))
