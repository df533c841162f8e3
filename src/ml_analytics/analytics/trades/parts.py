"""What is added in parts: series and tables read with their times, and joined to what was there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import in_time_order, numbers, on_calendar
from .tables import USUAL_NAMES, Columns, as_table


def timed_table(table: Any, parameter: str, owner: str) -> pd.DataFrame:
    """Return a table on times in order: those of its column of times, else those of its index.

    Args:
        table: pandas or polars frame, or an iterable of mappings.
        parameter: its name for the error sentence.
        owner: who asks, for the error sentence.

    Raises:
        ParameterError: no table, no times, or times that are missing, unsorted or repeated.
        DataProcessingError: text that is no time.

    >>> timed_table([{"date": "2024-01-02", "A": 5.0}], "prices", "example")["A"].to_dict()
    {Timestamp('2024-01-02 00:00:00'): 5.0}
    """
    frame = _on_times(as_table(table, parameter, owner), parameter, owner)
    if not isinstance(frame.index, pd.DatetimeIndex):
        must = f"a table on a DatetimeIndex or with a column of times ({', '.join(USUAL_NAMES['time'][:4])}, ...)"
        raise ParameterError.of(parameter, owner, must, type(frame.index).__name__)
    in_time_order(frame.index, parameter, owner)
    return frame


def as_series(values: Any, parameter: str, owner: str) -> pd.Series:
    """Return numbers as a series, on their times where they have some.

    Args:
        values: series, array or iterable of numbers, or a table of one column of numbers (times in its index
            or in a column); NaN stays.
        parameter: their name for the error sentence.
        owner: who asks, for the error sentence.

    Raises:
        ParameterError: no numbers, infinity, several columns, or times that are missing, unsorted or repeated.
        DataProcessingError: text that is no time.

    >>> as_series((value / 100 for value in (1, -2)), "returns", "example").tolist()
    [0.01, -0.02]
    """
    if hasattr(values, "columns"):
        frame = _on_times(as_table(values, parameter, owner), parameter, owner)
        if len(frame.columns) != 1:
            shown = ", ".join(map(str, frame.columns)) or "none"
            raise ParameterError.of(parameter, owner, "a table of one column of numbers", shown)
        values = frame.iloc[:, 0]
    array = numbers(list(values) if isinstance(values, Iterator) else values, parameter, owner)
    if not array.size:
        must = f"a series of at least one {parameter.removesuffix('s')}"
        raise ParameterError.of(parameter, owner, must, "no rows")
    if isinstance(values, pd.Series) and isinstance(values.index, pd.DatetimeIndex):
        return on_calendar(values, parameter, owner)
    return pd.Series(array)


def appended(before: pd.Series | None, new: pd.Series, parameter: str, owner: str) -> pd.Series:
    """Return what was there and what is new as one series.

    Raises:
        ParameterError: times in one only, a time zone in one only, or new times that are not later.

    >>> appended(pd.Series([1.0]), pd.Series([2.0]), "equity", "example").tolist()
    [1.0, 2.0]
    """
    if before is None:
        return new
    old_times, new_times = before.index, new.index
    if not isinstance(old_times, pd.DatetimeIndex) or not isinstance(new_times, pd.DatetimeIndex):
        if type(old_times) is not type(new_times):
            must = "with times, or without, as those before"
            raise ParameterError.of(parameter, owner, must, type(new_times).__name__)
        return pd.Series(np.concatenate((before.to_numpy(), new.to_numpy())))
    if (old_times.tz is None) != (new_times.tz is None):
        must = "with time zones throughout or not at all"
        raise ParameterError.of(parameter, owner, must, str(new_times.tz))
    if new_times[0] <= old_times[-1]:
        must = f"later than {old_times[-1]}, in time order"
        raise ParameterError.of(parameter, owner, must, str(new_times[0]))
    joined: pd.Series = pd.concat([before, new])
    return joined


def _on_times(frame: pd.DataFrame, parameter: str, owner: str) -> pd.DataFrame:
    """Return the table on its column of times, where it has one."""
    table = Columns(frame, parameter, owner)
    when = table.when()
    if not isinstance(when, pd.Series):
        return frame
    return frame.drop(columns=when.name).set_axis(table.times(when))
