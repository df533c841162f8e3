"""Whether features stay what they were: the rows in time folds, each beside all folds before it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, rankdata

from ..indicator import Array
from .bins import Answers, quantile_edges
from .information import FEWEST_ROWS, information
from .inputs import Inputs

SHIFTED, DRIFTING = 0.25, 0.1
"""The usual reading of PSI: below 0.1 stable, above 0.25 shifted."""

_ROTATIONS = 20
_BINS = 10
_QUANTILE = float(chi2.isf(0.001, _BINS - 1))


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows from ``start`` up to and without ``stop``; ``first`` and ``last`` are the times of the ends."""

    start: int
    stop: int
    first: pd.Timestamp | None
    last: pd.Timestamp | None


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """Drift per feature and fold; columns are fold numbers from 1, rows the features.

    Attributes:
        folds: equally long, in time order.
        psi: population stability index against all rows before the fold, from fold 2 on; NaN where either
            side has fewer than 30 values.
        noise: what PSI reaches once in 1,000 times without drift, for so many independent rows:
            (1/a + 1/b) times the quantile of chi-squared with bins - 1 degrees of freedom (Yurdakul 2018).
        mean_shift: (mean of the fold - mean before) / standard deviation before.
        spread: standard deviation of the fold / standard deviation before.
        rank: of the feature's information about the target within the fold, 1 tells most; ``None`` without
            a target.
        agreement: Spearman's correlation of the information in a fold with that in the next, mean over
            folds: 1 the same order, 0 none; NaN where nothing can be compared.
    """

    folds: tuple[Fold, ...]
    psi: pd.DataFrame
    noise: pd.DataFrame
    mean_shift: pd.DataFrame
    spread: pd.DataFrame
    rank: pd.DataFrame | None
    agreement: float

    @property
    def shifted(self) -> tuple[str, ...]:
        """Features whose PSI is above 0.25, and above noise, in some fold; the most shifted first."""
        beyond = (self.psi > np.maximum(self.noise, SHIFTED)).any(axis=1)
        return tuple(str(name) for name in self.worst.index if beyond[name])

    @property
    def worst(self) -> pd.Series:
        """The largest PSI of each feature, the largest first; NaN last."""
        return self.psi.max(axis=1).sort_values(ascending=False, kind="stable")


def follow(
    inputs: Inputs, answers: Answers | None, rows: NDArray[np.int64], folds: int, seed: int
) -> Stability | None:
    """Compare time folds; ``None`` with fewer than 30 rows per fold."""
    if len(rows) < folds * 30:
        return None
    parts = np.array_split(rows, folds)
    starts = [int(part[0]) for part in parts]
    stops = [*starts[1:], len(inputs.values)]
    made = tuple(_fold(inputs.times, *ends) for ends in zip(starts, stops, strict=True))
    values = inputs.values[rows]
    cuts = np.cumsum([0, *map(len, parts)])
    drift = np.stack(
        [_drift(values[:begin], values[begin:end]) for begin, end in pairwise(cuts[1:].tolist())],
        axis=2,
    )
    psi, noise, shift, spread = (_frame(one, inputs, first=2) for one in drift)
    told = None if answers is None else _told(inputs, answers, parts, seed)
    return Stability(
        made,
        psi,
        noise,
        shift,
        spread,
        None if told is None else _frame(_ranks(told), inputs, first=1),
        np.nan if told is None else _agreement(told),
    )


def population_stability(before: Array, now: Array) -> float:
    """Return PSI = Σ (q - p) ln(q / p) over deciles of ``before``; half a row is added to every bin.

    >>> population_stability(np.arange(100.0), np.arange(100.0))
    0.0
    """
    edges = quantile_edges(np.sort(before), _BINS)
    p, q = (
        np.bincount(np.searchsorted(edges, side), minlength=edges.size + 1) + 0.5 for side in (before, now)
    )
    p, q = p / p.sum(), q / q.sum()
    return float(((q - p) * np.log(q / p)).sum())


def _fold(times: pd.DatetimeIndex | None, start: int, stop: int) -> Fold:
    return Fold(start, stop, *((None, None) if times is None else (times[start], times[stop - 1])))


def _drift(before: Array, now: Array) -> Array:
    """Return PSI, its noise, shift of the mean and ratio of deviations, shape (4, n_features)."""
    made = np.full((4, before.shape[1]), np.nan)
    for at in range(before.shape[1]):
        old, new = (side[:, at][~np.isnan(side[:, at])] for side in (before, now))
        if min(old.size, new.size) < 30:
            continue
        made[0, at] = population_stability(old, new)
        made[1, at] = (1 / old.size + 1 / new.size) * _QUANTILE
        size = max(float(np.abs(old).max()), float(np.abs(new).max())) or 1.0
        old, new = old / size, new / size  # squares of huge values stay numbers
        deviation = float(old.std())
        if deviation > 0:
            made[2, at] = (new.mean() - old.mean()) / deviation
            made[3, at] = new.std() / deviation
    return made


def _told(inputs: Inputs, answers: Answers, parts: list[NDArray[np.int64]], seed: int) -> Array:
    """Return the information beyond chance, shape (n_features, n_folds); NaN where a fold has no target."""
    made = np.full((len(inputs.names), len(parts)), np.nan)
    for number, part in enumerate(parts):
        chosen = part[answers.known[part]]
        codes = answers.codes[chosen]
        if chosen.size >= FEWEST_ROWS and np.unique(codes).size > 1:
            found, chance = information(inputs.values[chosen], codes, _ROTATIONS, seed)
            made[:, number] = found - chance.mean(axis=1)
    return made


def _ranks(told: Array) -> Array:
    made = np.full(told.shape, np.nan)
    for number in range(told.shape[1]):
        if not np.isnan(told[:, number]).any():
            made[:, number] = rankdata(-told[:, number], method="min")
    return made


def _agreement(told: Array) -> float:
    frame = pd.DataFrame(told)
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = [
            frame[left].corr(frame[left + 1], method="spearman")
            for left in range(told.shape[1] - 1)
            if frame[left].nunique() > 1 and frame[left + 1].nunique() > 1
        ]
    return float(np.mean(pairs)) if pairs else float("nan")


def _frame(values: Array, inputs: Inputs, *, first: int) -> pd.DataFrame:
    columns = range(first, first + values.shape[1])
    return pd.DataFrame(values, index=inputs.index, columns=columns)
