"""Training, validation and test rows: in time order where there is time, else shuffled by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table, to_pandas

_OWNER = "split_data"
_MOST_CLASSES = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """Positions of the rows of each part."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split_rows(X: Table, y: Any, test_size: float, val_size: float, random_state: int | None) -> Rows:
    """Decide which rows go where; see :meth:`ml_analytics.features.DataProcessor.split_data`."""
    frame = to_pandas(X, "X", _OWNER)
    target = np.asarray(y)
    if target.shape != (len(frame),):
        raise ParameterError.of(
            "y", _OWNER, f"of shape ({len(frame)},), one value per row of X", target.shape
        )
    n_test, n_validation = _counts(len(frame), test_size, val_size)
    times = _times(frame)
    if times is not None:
        order = np.argsort(times, kind="stable")
        middle, end = len(frame) - n_validation - n_test, len(frame) - n_test
        return Rows(order[:middle], order[middle:end], order[end:])
    rest, test = _shuffled(np.arange(len(frame)), target, n_test, random_state)
    train, validation = _shuffled(rest, target, n_validation, random_state)
    return Rows(train, validation, test)


def in_time_order(X: Table) -> bool:
    """Say whether :func:`split_rows` goes by time: the index is time, or ``timestamp`` is a column of times.

    >>> in_time_order(pd.DataFrame({"a": [1, 2]}))
    False
    """
    return _times(to_pandas(X, "X", _OWNER)) is not None


def take(table: Any, rows: np.ndarray) -> Any:
    """Return those rows of a table, a series or an array, as the same kind."""
    if isinstance(table, (pd.DataFrame, pd.Series)):
        return table.iloc[rows]
    if isinstance(table, (list, tuple)):
        return [table[row] for row in rows]
    if isinstance(table, np.ndarray):
        return table[rows]
    return nw.from_native(table, eager_only=True, allow_series=True)[rows].to_native()


def _counts(length: int, test_size: float, val_size: float) -> tuple[int, int]:
    for name, size in (("test_size", test_size), ("val_size", val_size)):
        number = isinstance(size, (int, float)) and not isinstance(size, bool)
        if not number or not (0 <= size < 1) or (name == "test_size" and size == 0):
            least = "above 0" if name == "test_size" else "from 0"
            raise ParameterError.of(name, _OWNER, f"a share {least} and below 1", size)
    if test_size + val_size >= 1:
        raise ParameterError.of(
            "val_size", _OWNER, f"below {1 - test_size:g} to leave rows to train on", val_size
        )
    n_test = max(1, round(length * test_size))
    n_validation = max(1, round(length * val_size)) if val_size else 0
    if length - n_test - n_validation < 1:
        raise DataProcessingError(
            f"The 'X' parameter of {_OWNER} must have rows for every part. Got {length}."
        )
    return n_test, n_validation


def _times(frame: pd.DataFrame) -> np.ndarray | None:
    if isinstance(frame.index, pd.DatetimeIndex):
        times = pd.Series(frame.index)
    elif "timestamp" in frame.columns and pd.api.types.is_datetime64_any_dtype(frame["timestamp"]):
        times = frame["timestamp"]
    else:
        return None
    if times.isna().any():
        raise DataProcessingError(
            f"The times of {_OWNER} must all be known. Got {int(times.isna().sum())} empty."
        )
    return pd.DatetimeIndex(times).asi8


def _shuffled(
    rows: np.ndarray, target: np.ndarray, count: int, random_state: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that stay and ``count`` rows taken away."""
    if count == 0:
        return rows, rows[:0]
    from sklearn.model_selection import train_test_split

    strata = _strata(target[rows], count)
    stay, away = train_test_split(rows, test_size=count, random_state=random_state, stratify=strata)
    return stay, away


def _strata(target: np.ndarray, count: int) -> np.ndarray | None:
    """Return class codes when the target is classes, each with enough rows to be in both parts."""
    series = pd.Series(target)
    if series.isna().any():
        return None
    codes, classes = pd.factorize(series)
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        whole = bool((series == np.floor(series)).all())
        if not whole or len(classes) > _MOST_CLASSES:
            return None
    enough = np.bincount(codes).min() >= 2 and min(count, len(target) - count) >= len(classes)
    return codes if enough and len(classes) > 1 else None
