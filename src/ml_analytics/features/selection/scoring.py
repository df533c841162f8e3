"""One number per feature and method: how much it tells about the target, on the rows given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from ..indicator import Array
from .information import BinnedInformation, bins_for

Scorer: TypeAlias = Callable[[Array], Array]
"""Takes a target of the rows, returns one score per column; larger is better, 0 is nothing."""

_TREES, _ROWS_PER_TREE = 100, 10_000


def make_scorer(
    method: str, values: Array, classes: bool, *, n_jobs: int | None, seed: int, trees: int = _TREES
) -> Scorer:
    """Return the scorer of complete ``values`` (n_rows, n_columns), none of them constant.

    What depends on the columns alone is done once here, so that many targets can be scored.
    """
    if method == "mutual_info":
        information = BinnedInformation(values)
        return lambda target: information.about(target, classes=classes)
    standard = _standardised(values)
    if method == "f_test":
        return lambda target: _f_statistic(standard, target, classes)
    if method == "importance":
        return lambda target: _importance(standard, target, classes, n_jobs, seed, trees)
    return lambda target: _nearest_neighbours(standard, target, classes, n_jobs, seed)


def combine(scores: Mapping[str, Array]) -> Array:
    """Return one score per feature of those of several methods.

    Of one method it is that score. Of several, the mean share of the other features that a feature outranks (a tie
    counts half): 1 for the best under all of them, 0 for the last. A feature that no method finds anything in has 0.

    >>> combine({"a": np.array([3.0, 2.0, 1.0]), "b": np.array([5.0, 9.0, 1.0])}).tolist()
    [0.75, 0.75, 0.0]
    """
    every = list(scores.values())
    if len(every) == 1:
        return every[0]
    from scipy.stats import rankdata

    others = max(len(every[0]) - 1, 1)
    shares = np.mean([(rankdata(one) - 1) / others for one in every], axis=0)
    return np.where(np.max(every, axis=0) > 0, shares, 0.0)


def best_first(score: Sequence[float] | Array) -> np.ndarray:
    """Return positions by falling score; ties keep their order."""
    return np.argsort(-np.asarray(score), kind="stable")


def varies(target: Array) -> bool:
    """Say whether there is anything to tell about ``target``."""
    return bool(len(target)) and float(np.ptp(target)) > 0


def _standardised(values: Array) -> Array:
    """Return columns of mean 0 and deviation 1: no statistic below changes, but none overflows or cancels."""
    size = np.abs(values).max(axis=0)
    scaled = values / np.where(size > 0, size, 1.0)
    scaled = scaled - scaled.mean(axis=0)
    spread = scaled.std(axis=0)
    return np.asarray(scaled / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def _f_statistic(values: Array, target: Array, classes: bool) -> Array:
    """F of a straight line, or of the means of classes: from the share that it explains, so it is never below 0."""
    rows = len(values)
    if classes:
        order = np.argsort(target, kind="stable")
        starts = np.flatnonzero(np.diff(target[order], prepend=np.nan))
        sums = np.add.reduceat(values[order], starts, axis=0)
        counts = np.diff(starts, append=rows)
        explained = (sums**2 / counts[:, None]).sum(axis=0) / rows
        between, within = len(starts) - 1, rows - len(starts)
    else:
        explained = (values.T @ _standardised(target[:, None])[:, 0] / rows) ** 2
        between, within = 1, rows - 2
    # Rounded, so that a column and its copy on another scale tie and the order of the columns decides.
    explained = np.clip(explained.round(12), 0.0, 1.0)
    with np.errstate(all="ignore"):
        statistic = explained / (1 - explained) * (within / between)
    found: Array = np.nan_to_num(statistic, nan=0.0, posinf=np.finfo(np.float64).max)
    return found


def _importance(
    values: Array, target: Array, classes: bool, n_jobs: int | None, seed: int, trees: int
) -> Array:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    # The square root of the features at each split also for numbers: twelve times faster than all of them on
    # 5,000 x 200, and a feature is not hidden by its stronger neighbour.
    forest = (RandomForestClassifier if classes else RandomForestRegressor)(
        n_estimators=trees,
        max_depth=8,
        min_samples_leaf=5,
        max_features="sqrt",
        max_samples=_ROWS_PER_TREE if len(values) > _ROWS_PER_TREE else None,
        n_jobs=n_jobs,
        random_state=seed,
    )
    answer = target if classes else _standardised(target[:, None])[:, 0]
    found: Array = forest.fit(values, answer).feature_importances_
    return found


def _nearest_neighbours(values: Array, target: Array, classes: bool, n_jobs: int | None, seed: int) -> Array:
    from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

    few = bins_for(len(values))
    values = values.copy()
    discrete = np.zeros(values.shape[1], dtype=bool)
    for at, column in enumerate(values.T):
        different, codes = np.unique(column, return_inverse=True)
        discrete[at] = len(different) <= few
        if discrete[at]:
            values[:, at] = codes
    measure = mutual_info_classif if classes else mutual_info_regression
    answer = target if classes else _standardised(target[:, None])[:, 0]
    found: Array = measure(values, answer, discrete_features=discrete, random_state=seed, n_jobs=n_jobs)
    return found
