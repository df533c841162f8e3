"""Categories as what the target was on average where they stood, without a row ever seeing its own target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .indicator import Array
from .selection.target import read_target


@dataclass(frozen=True, slots=True)
class Outcome:
    """A target made ready to be averaged: ``values`` (n_rows, n_columns), 0 where unknown, and ``known`` (n_rows,).

    Numbers are one column; of two classes it is 1 for the second in order; of more it is one column per class, named by
    ``classes``. ``neutral`` stands where nothing is known yet: 0 for numbers and 1/k for the shares of k classes, so
    that it says nothing of any target.
    """

    values: Array
    known: np.ndarray
    classes: tuple[str, ...]
    neutral: float = 0.0

    @classmethod
    def of(cls, target: Any, frame: pd.DataFrame, owner: str) -> Outcome:
        """Read a target of the rows of ``frame``: texts, booleans and at most 20 whole numbers are classes.

        Raises:
            ParameterError: it does not fit the rows.
        """
        read = read_target(target, frame, "auto", owner)
        if not read.classes:
            return cls(np.where(read.known, read.values, 0.0)[:, None], read.known, ())
        codes = np.where(read.known, read.values, -1).astype(np.int64)
        names = read.labels
        if len(names) <= 2:
            return cls((codes == 1).astype(np.float64)[:, None], read.known, (), 1 / 2 if names else 0.0)
        shares = (codes[:, None] == np.arange(len(names))).astype(np.float64)
        return cls(shares, read.known, names, 1 / len(names))


@dataclass(frozen=True, slots=True)
class Averaging:
    """How target means are made honest.

    Attributes:
        smoothing: how many rows of the overall mean are added to each category.
        moments: the number of the moment of every row, or ``None`` for rows without times.
        horizon: how many moments ahead the target looks.
        seed: of the folds for rows without times.
    """

    smoothing: float
    moments: np.ndarray | None
    horizon: int
    seed: int


_FOLDS = 5


def smoothed_means(
    codes: np.ndarray, width: int, outcome: Outcome, rows: np.ndarray, smoothing: float
) -> Array:
    """Return the mean per category (``width`` of them) over some rows, and last the mean of all of them.

        (sum + smoothing * overall mean) / (count + smoothing)

    Source: D. Micci-Barreca, A preprocessing scheme for high-cardinality categorical attributes (2001); the weights
    are those of scikit-learn's ``TargetEncoder`` with a number as ``smooth``.
    """
    rows = rows[outcome.known[rows]]
    values = outcome.values[rows]
    overall = values.mean(axis=0) if len(rows) else np.full(values.shape[1], outcome.neutral)
    counts = np.bincount(codes[rows], minlength=width).astype(np.float64)
    sums = np.column_stack(
        [np.bincount(codes[rows], weights=one, minlength=width).astype(np.float64) for one in values.T]
    )
    means = _shrunk(sums, counts, overall, smoothing)
    return np.vstack([means, overall])


def honest_means(codes: np.ndarray, width: int, outcome: Outcome, averaging: Averaging) -> Array:
    """Return for every training row the mean of its category over rows that may speak for it, (n_rows, n_columns).

    With times these are the rows of earlier moments whose targets were known by then, ``horizon`` moments on; a row
    without any such past, of any category, gets ``outcome.neutral``, for any mean would be of later targets. Without
    times they are the rows of the other four of five folds; a row that is alone gets ``outcome.neutral``.
    """
    if averaging.moments is None:
        return _out_of_fold(codes, width, outcome, averaging)
    return _causal(codes, outcome, averaging, averaging.moments)


def _out_of_fold(codes: np.ndarray, width: int, outcome: Outcome, averaging: Averaging) -> Array:
    from sklearn.model_selection import KFold

    made = np.full((len(codes), outcome.values.shape[1]), outcome.neutral)
    if len(codes) < 2:
        return made
    folds = KFold(min(_FOLDS, len(codes)), shuffle=True, random_state=averaging.seed)
    for train, test in folds.split(codes):
        made[test] = smoothed_means(codes, width, outcome, train, averaging.smoothing)[codes[test]]
    return made


def _causal(codes: np.ndarray, outcome: Outcome, averaging: Averaging, moments: np.ndarray) -> Array:
    speak = np.maximum(moments - averaging.horizon, 0)  # rows of moments below this may speak
    everyone = np.zeros_like(codes)
    all_sums, all_counts = _before(everyone, moments, speak, outcome)
    sums, counts = _before(codes, moments, speak, outcome)
    past = all_counts[:, None] > 0
    overall = np.where(past, all_sums / np.maximum(all_counts, 1)[:, None], outcome.neutral)
    return _shrunk(sums, counts, overall, averaging.smoothing)


def _before(
    codes: np.ndarray, moments: np.ndarray, speak: np.ndarray, outcome: Outcome
) -> tuple[Array, Array]:
    """Return, per row, sums and counts over the rows of its code at moments below ``speak``."""
    span = int(moments.max()) + 2
    keys = codes * span + moments
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    values = np.where(outcome.known[:, None], outcome.values, 0.0)
    # Summed within each code, from its oldest row on: not even the rounding of a sum knows a later or another row.
    both = np.column_stack([values, outcome.known])[order]
    running = pd.DataFrame(both).groupby(codes[order], sort=False).cumsum().to_numpy()
    first = np.searchsorted(ordered, codes * span)
    stop = np.searchsorted(ordered, codes * span + speak)
    made = np.where((stop > first)[:, None], running[stop - 1], 0.0)
    return made[:, :-1], made[:, -1]


def _shrunk(sums: Array, counts: Array, overall: Array, smoothing: float) -> Array:
    weight = (counts + smoothing)[:, None]
    means = (sums + smoothing * overall) / np.where(weight > 0, weight, 1.0)
    return np.where(weight > 0, means, np.broadcast_to(overall, means.shape))
