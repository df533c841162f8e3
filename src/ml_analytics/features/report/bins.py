"""Values as numbers of bins: quantiles, where equal values always share a bin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..indicator import Array

Codes = NDArray[np.int64]
MISSING = -1
MOST_CLASSES = 20
_TARGET_BINS = 5


def quantile_edges(ordered: Array, bins: int) -> Array:
    """Return upper edges of at most ``bins`` bins of about equal count; a value that fills bins gets its own.

    ``ordered`` is sorted and not empty; a value v lies in bin ``searchsorted(edges, v)``.

    >>> quantile_edges(np.arange(1.0, 9.0), 4).tolist()
    [3.0, 5.0, 7.0]
    """
    inner = ordered[np.arange(1, bins) * ordered.size // bins]
    edges, times = np.unique(inner, return_counts=True)
    with np.errstate(over="ignore"):  # below the least number lies -inf, which is a fine edge
        below = np.nextafter(edges[times > 1], -np.inf)
    return np.asarray(np.unique(np.concatenate([edges, below])), dtype=np.float64)


def binned(values: Array, bins: int) -> tuple[Codes, int]:
    """Return the bin of every value, shape (n_rows, n_features), and how many bins there are.

    NaN is in :data:`MISSING`.

    A feature may have more than ``bins`` of them: a value that fills whole bins has one of its own.
    """
    codes = np.full(values.shape, MISSING, dtype=np.int64, order="F")
    for position in range(values.shape[1]):
        column = values[:, position]
        known = ~np.isnan(column)
        if known.any():
            edges = quantile_edges(np.sort(column[known]), bins)
            codes[known, position] = np.searchsorted(edges, column[known])
    return codes, int(codes.max(initial=0)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """A target as class numbers, :data:`MISSING` where unknown; ``classes`` is false for binned numbers."""

    codes: Codes
    classes: bool
    levels: int
    name: str = "target"

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where the target is known."""
        return np.asarray(self.codes != MISSING)


def read_answers(target: pd.Series) -> Answers:
    """Return a target as classes: texts, booleans and at most 20 whole numbers as they are, else quantiles.

    Of more than 20 texts the rarest are taken together; there are five quantiles.
    """
    name = "target" if target.name is None else str(target.name)
    if not pd.api.types.is_numeric_dtype(target) or pd.api.types.is_bool_dtype(target):
        return _classes(target, name)
    numbers = target.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    different = np.unique(numbers[~np.isnan(numbers)])
    if different.size <= MOST_CLASSES and bool((different == np.floor(different)).all()):
        return _classes(pd.Series(numbers), name)
    codes, levels = binned(numbers[:, None], _TARGET_BINS)
    return Answers(codes[:, 0], classes=False, levels=levels, name=name)


def _classes(target: pd.Series, name: str) -> Answers:
    codes = np.asarray(pd.factorize(np.asarray(target, dtype=object))[0], dtype=np.int64)
    counts = np.bincount(codes[codes >= 0], minlength=1)
    rank = np.empty(counts.size, dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(counts.size)
    kept = np.where(codes >= 0, np.minimum(rank[codes], MOST_CLASSES - 1), MISSING)
    return Answers(kept, classes=True, levels=int(kept.max(initial=0)) + 1, name=name)
