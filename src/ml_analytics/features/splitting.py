"""Training, validation and test rows: in time order where there is time, else shuffled by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table, to_pandas
from .moments import row_moments

_OWNER = "split_data"
_MOST_CLASSES = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """Positions of the rows of each part."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split_rows(
    X: Table,
    y: Any,
    test_size: float,
    val_size: float,
    random_state: int | None,
    *,
    time_column: str | None = None,
    horizon: int = 0,
) -> Rows:
    """Decide which rows go where; see :meth:`ml_analytics.features.DataProcessor.split_data`."""
    frame = to_pandas(X, "X", _OWNER)
    target = np.asarray(y)
    if target.shape != (len(frame),):
        raise ParameterError.of(
            "y", _OWNER, f"of shape ({len(frame)},), one value per row of X", target.shape
        )
    if isinstance(horizon, bool) or not isinstance(horizon, (int, np.integer)) or horizon < 0:
        raise ParameterError.of("horizon", _OWNER, "a number of moments, at least 0", horizon)
    n_test, n_validation = _counts(len(frame), test_size, val_size)
    moments = row_moments(frame, _OWNER, time_column)
    if moments is not None:
        return _in_order(moments, n_test, n_validation, int(horizon))
    if horizon:
        raise ParameterError.of("horizon", _OWNER, "0 for rows without times", horizon)
    rest, test = _shuffled(np.arange(len(frame)), target, n_test, random_state)
    train, validation = _shuffled(rest, target, n_validation, random_state)
    return Rows(train, validation, test)


def in_time_order(X: Table, time_column: str | None = None) -> bool:
    """Say whether :func:`split_rows` goes by time: the rows have times, or ``time_column`` holds them.

    >>> in_time_order(pd.DataFrame({"a": [1, 2]}))
    False
    """
    return row_moments(to_pandas(X, "X", _OWNER), _OWNER, time_column) is not None


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
        raise _too_few(length)
    return n_test, n_validation


def _in_order(moments: np.ndarray, n_test: int, n_validation: int, horizon: int) -> Rows:
    """Cut between two moments, never through one, and leave out rows whose labels look across the cut."""
    order = np.argsort(moments, kind="stable")
    ordered = moments[order]
    end = _border(ordered, len(order) - n_test)
    middle = _border(ordered[:end], max(end - n_validation, 0)) if n_validation else end
    train, validation, test = order[:middle], order[middle:end], order[end:]
    following = validation if len(validation) else test
    train = train[moments[train] + horizon < moments[following].min()]
    if len(validation):
        validation = validation[moments[validation] + horizon < moments[test].min()]
    if not len(train) or (n_validation and not len(validation)):
        raise _too_few(len(order), int(ordered[-1]) + 1, horizon)
    return Rows(train, validation, test)


def _border(ordered: np.ndarray, wanted: int) -> int:
    """Return where the moment of the row at ``wanted`` starts; where it ends, when nothing is before it."""
    if len(ordered) == 0:
        raise _too_few(0)
    at = min(wanted, len(ordered) - 1)
    start = int(np.searchsorted(ordered, ordered[at], side="left"))
    border = start or int(np.searchsorted(ordered, ordered[at], side="right"))
    if border >= len(ordered):
        raise _too_few(len(ordered), 1)
    return border


def _too_few(rows: int, moments: int | None = None, horizon: int = 0) -> DataProcessingError:
    got = f"{rows}" if moments is None else f"{rows} of {moments} moments"
    got += f" and a horizon of {horizon}" if horizon else ""
    return DataProcessingError(f"The 'X' parameter of {_OWNER} must have rows for every part. Got {got}.")


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
