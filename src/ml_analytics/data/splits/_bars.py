"""Rows to bars: the position of every row on the time axis of its table."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.row_times import require_time_order


def bar_of_rows(X: Any, owner: str) -> np.ndarray:
    """Return, per row, the number of its bar: 0 for the first time in the table, then 1, 2, …

    Rows of one time (several symbols in one table) share a bar, so a split never cuts through a moment.
    Times are found as :func:`ml_analytics.core.row_times.row_times` says: in the index, or in a column called
    ``timestamp``, ``time``, ``date`` or ``datetime``; a table without any, or an array, has one bar per row.

    Raises:
        LeakageError: the times are not in order, so "later" would mean nothing; or they cannot be read.
        ParameterError: ``X`` has no length.
    """
    times = require_time_order(X, owner)
    if times is None:
        try:
            return np.arange(len(X))
        except TypeError as error:
            raise ParameterError.of("X", owner, "an array or a table of rows in time order", X) from error
    return np.concatenate([[0], np.cumsum(np.diff(times.asi8) > 0)])[: len(times)]


def whole(value: object, parameter: str, owner: str, *, least: int = 0) -> int:
    """Return ``value`` when it is a whole number of at least ``least``.

    Raises:
        ParameterError: it is not.
    """
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise ParameterError.of(parameter, owner, f"a whole number of at least {least}", value)
