"""The moments of a table's rows, numbered from the oldest: rows of one time share a number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from ..core.row_times import row_times


def row_moments(frame: pd.DataFrame, owner: str, time_column: str | None = None) -> np.ndarray | None:
    """Return the number of every row's moment, 0 for the oldest, or ``None`` when the table has no times.

    Times are found as :func:`ml_analytics.core.row_times.row_times` says, or stand in ``time_column``.

    Raises:
        ParameterError: there is no such column.
        DataProcessingError: a row has no time.
        LeakageError: what by its name is the time of the rows cannot be read as times.

    >>> row_moments(pd.DataFrame({"date": ["2024-01-03", "2024-01-01", "2024-01-03"]}), "example")
    array([1, 0, 1])
    """
    if time_column is not None:
        if time_column not in frame.columns:
            raise ParameterError.of(
                "time_column", owner, f"a column of the table ({_some(frame)})", time_column
            )
        frame = pd.DataFrame({"timestamp": frame[time_column].to_numpy()})
    times = row_times(frame, owner)
    if times is None:
        return None
    if times.hasnans:
        raise DataProcessingError(
            f"The rows of {owner} must all have a time. Got {int(np.count_nonzero(times.isna()))} without."
        )
    numbers: np.ndarray = np.unique(times.asi8, return_inverse=True)[1]
    return numbers


def _some(frame: Any) -> str:
    return ", ".join(map(str, frame.columns[:8]))
