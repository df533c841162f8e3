"""Rows to bars: the position of every row on the time axis of its table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.errors import LeakageError, ParameterError

_TIME_COLUMN = "timestamp"


def bar_of_rows(X: Any, owner: str) -> np.ndarray:
    """Return, per row, the number of its bar: 0 for the first time in the table, then 1, 2, …

    Rows of one time (several symbols in one table) share a bar, so a split never cuts through a moment.
    Time is the index, or a column ``timestamp``; a table without either, or an array, has one bar per row.

    Raises:
        LeakageError: the times are not in order, so "later" would mean nothing.
        ParameterError: ``X`` has no length.
    """
    times = times_of(X)
    if times is None:
        try:
            return np.arange(len(X))
        except TypeError as error:
            raise ParameterError.of("X", owner, "an array or a table of rows in time order", X) from error
    if times.hasnans:
        raise LeakageError(
            f"The rows of {owner} must all have a time. Got {int(np.count_nonzero(times.isna()))} without."
        )
    steps = np.diff(times.asi8)
    if (steps < 0).any():
        row = int(np.argmax(steps < 0)) + 1
        raise LeakageError(
            f"The rows of {owner} must be in time order. Row {row} ({times[row]}) lies before the row above it."
        )
    return np.concatenate([[0], np.cumsum(steps > 0)])[: len(times)]


def times_of(X: Any) -> pd.DatetimeIndex | None:
    """Return the times of a table's rows: its DatetimeIndex or its column ``timestamp``; else ``None``."""
    if isinstance(X, pd.DatetimeIndex):
        return X
    index = getattr(X, "index", None)
    if isinstance(index, pd.DatetimeIndex):
        return index
    if _TIME_COLUMN in getattr(X, "columns", ()):
        column = pd.Series(X[_TIME_COLUMN].to_numpy()) if not isinstance(X, pd.DataFrame) else X[_TIME_COLUMN]
        if pd.api.types.is_datetime64_any_dtype(column):
            return pd.DatetimeIndex(column)
    return None


def whole(value: object, parameter: str, owner: str, *, least: int = 0) -> int:
    """Return ``value`` when it is a whole number of at least ``least``.

    Raises:
        ParameterError: it is not.
    """
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise ParameterError.of(parameter, owner, f"a whole number of at least {least}", value)
