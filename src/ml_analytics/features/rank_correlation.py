"""How columns rise and fall together: Spearman's correlation of all pairs, also of columns with gaps."""

from __future__ import annotations

import numpy as np

from .indicator import Array


def rank_correlation(values: Array, fewest_rows: int = 2) -> Array:
    """Return Spearman's correlation of every pair of columns: Pearson's of their ranks, over the rows a pair shares.

    It is 1 for any rising relation, so a copy on another scale is found, and one wild value changes little. Ranks are
    those within a column's own known values (ties get their mean), as in ``frame.rank().corr()``.

    Args:
        values: shape (n_rows, n_columns); NaN is missing.
        fewest_rows: how many rows a pair must share at least.

    Returns:
        Shape (n_columns, n_columns), to 12 decimals, 1 on the diagonal; NaN for a pair with fewer common rows, and
        where a column does not vary.

    >>> rising = np.arange(40.0)
    >>> rank_correlation(np.column_stack([rising, np.exp(rising), -rising]))[0].tolist()
    [1.0, 1.0, -1.0]
    """
    known = ~np.isnan(values)
    matrix = _complete(values) if known.all() else _with_gaps(values, known, fewest_rows)
    if len(values) < fewest_rows:
        matrix[:] = np.nan
    np.clip(matrix, -1.0, 1.0, out=matrix)
    matrix[np.diag_indices_from(matrix)] = 1.0
    return np.asarray(np.round(matrix, 12))


def _complete(values: Array) -> Array:
    """The same with one product instead of four: twice as fast."""
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=0) - (len(values) + 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        ranks /= np.sqrt((ranks * ranks).sum(axis=0))
    return np.asarray(ranks.T @ ranks)


def _with_gaps(values: Array, known: np.ndarray, fewest_rows: int) -> Array:
    from scipy.stats import rankdata

    mask = known.astype(np.float64)
    ranks = np.zeros(values.shape)
    for at in range(values.shape[1]):
        size = int(known[:, at].sum())
        ranks[known[:, at], at] = (rankdata(values[known[:, at], at]) - (size + 1) / 2) / max(size, 1)
    count = mask.T @ mask
    total, square = ranks.T @ mask, (ranks * ranks).T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = ranks.T @ ranks - total * total.T / count
        deviation = square - total * total / count
        matrix = shared / np.sqrt(deviation * deviation.T)
    matrix[(count < fewest_rows) | ~np.isfinite(matrix)] = np.nan
    return np.asarray(matrix)
