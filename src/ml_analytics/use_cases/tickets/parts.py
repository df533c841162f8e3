"""Which rows of a table are learned from and which are scored: equal rows never stand on both sides."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ...features.splitting import in_time_order, split_rows

MOST_CLASSES = 1000
"""More classes than this are not trained: memory and time grow with rows x classes."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Positions of the rows to train on and to score, and ``duplicates``: test rows known from training.

    ``block`` is how many equal rows a scored row stands among on average (1: rows are independent); the rows
    of ``test`` then stand beside their equals, so that an interval over blocks of that many is honest.
    """

    train: np.ndarray
    test: np.ndarray
    duplicates: int
    block: int


def parts(
    frame: pd.DataFrame, X: pd.DataFrame, y: pd.Series, split_column: str | None, test_size: float, seed: int
) -> Parts:
    """Split as marked, else in time order, else at random with equal rows on one side.

    Test rows that equal a training row in every column of ``X`` prove nothing; marks and times decide
    where they stand, so they are left out of the score and counted. A random split keeps rows that are equal
    together (whatever their target) and takes of each class its share as well as their numbers allow.

    Raises:
        DataProcessingError: marks are absent, or no row is left to score.
    """
    groups = row_groups(X)
    if split_column is not None:
        train, test = _marked(frame[split_column], split_column)
    elif not 0 < test_size < 1:
        raise ParameterError.of("test_size", "train", "a share between 0 and 1", test_size)
    elif in_time_order(X) or groups.max() + 1 == len(X):
        rows = split_rows(X, y, test_size, 0.0, seed)
        train, test = rows.train, rows.test
    else:
        train, test = _grouped(groups, y, test_size, seed)
    known = np.isin(groups[test], groups[train])
    if known.all():
        raise DataProcessingError(
            f"The test rows must have one that differs from every training row. Got {len(test)} equal rows."
        )
    test, duplicates = test[~known], int(known.sum())
    sizes = np.bincount(groups[test])
    block = math.ceil((sizes.astype(np.float64) ** 2).sum() / len(test))
    if block > 1 and not in_time_order(X):
        test = test[np.argsort(groups[test], kind="stable")]
    else:
        block = 1
    return Parts(train, test, duplicates, block)


def row_groups(X: pd.DataFrame) -> np.ndarray:
    """Number the rows of ``X`` so that rows equal in every column have the same number.

    Missing equals missing, and the index says nothing.

    >>> row_groups(pd.DataFrame({"a": [1.0, None, 1.0, None], "b": ["x", "y", "x", "z"]}))
    array([0, 1, 0, 2])
    """
    texts = {name: X[name].astype(str) for name in X.columns if X[name].dtype == object}
    hashed = pd.util.hash_pandas_object(X.assign(**texts), index=False)
    return pd.factorize(hashed.to_numpy())[0]


def require_classes(y: pd.Series) -> None:
    """Refuse a target that is no classification: fractions, or too many classes for the rows.

    At most :data:`MOST_CLASSES` classes, and at least two rows for each on average: with fewer there is
    nothing to learn of most classes and nothing to test them on.

    Raises:
        DataProcessingError: one sentence with the numbers.
    """
    name = y.name
    if pd.api.types.is_float_dtype(y) and bool((fractions := y != np.floor(y)).any()):
        raise DataProcessingError(
            f"The column '{name}' must hold classes, which is what train learns; for numbers use "
            f'MLSystem.train_model(..., "regression") in Python. Got fractions such as {y[fractions].iloc[0]}.'
        )
    classes = y.astype(str).nunique() if y.dtype == object else y.nunique()
    if classes < 2:
        raise DataProcessingError(
            f"The column '{name}' must have at least two classes. Got only {y.iloc[0]!r}."
        )
    if classes > MOST_CLASSES or len(y) < 2 * classes:
        raise DataProcessingError(
            f"The column '{name}' must have at most {MOST_CLASSES:,} classes with at least 2 rows each on "
            f"average. Got {classes:,} classes in {len(y):,} rows."
        )


def _marked(column: pd.Series, name: str) -> tuple[np.ndarray, np.ndarray]:
    marks = column.astype(str).str.lower()
    train, test = np.flatnonzero(marks == "train"), np.flatnonzero(marks == "test")
    if len(train) == 0 or len(test) == 0:
        raise DataProcessingError(
            f"The column '{name}' must mark rows as train and test. Got neither or one."
        )
    return train, test


def _grouped(groups: np.ndarray, y: pd.Series, test_size: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Fill each class's share of the test part with whole groups in a seeded order; one group always stays."""
    sizes = np.bincount(groups)
    first = np.unique(groups, return_index=True)[1]
    codes = pd.factorize(y)[0][first]  # a group's class is that of its first row
    weights = np.bincount(codes, weights=sizes)
    room = np.maximum(np.rint(test_size * weights), 1).astype(int)
    staying = np.bincount(codes)
    tested = np.zeros(len(sizes), dtype=bool)
    for group in np.random.default_rng(seed).permutation(len(sizes)):
        code = codes[group]
        if staying[code] > 1 and sizes[group] <= room[code]:
            tested[group] = True
            room[code] -= sizes[group]
            staying[code] -= 1
    if not tested.any():
        tested[_smallest(sizes, codes)] = True
    side = tested[groups]
    return np.flatnonzero(~side), np.flatnonzero(side)


def _smallest(sizes: np.ndarray, codes: np.ndarray) -> int:
    """Return the smallest group of a class that has another, when every group is larger than the share."""
    others = np.flatnonzero(np.bincount(codes)[codes] > 1)
    if len(others) == 0:
        raise DataProcessingError(
            f"The table must have a class with two different rows, one to learn and one to test. "
            f"Got {len(sizes)} different rows among {sizes.sum()}."
        )
    return int(others[np.argmin(sizes[others])])
