"""The times of a table's rows, wherever they stand, and the refusal of rows that go back in time."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from .errors import LeakageError

TIME_NAMES = ("timestamp", "time", "date", "datetime")
"""What a column or an index of times is called, in any case; an earlier name goes before a later one."""


class UnreadTimeError(ValueError):
    """A value that is no time; ``got`` is it."""

    def __init__(self, got: object) -> None:
        super().__init__(got)
        self.got = got


def read_times(values: pd.Series | pd.Index) -> pd.DatetimeIndex:
    """Return dates, datetimes, periods (their starts) or ISO 8601 text as times; what is missing or empty is NaT.

    Text is UTC where it names no zone; columns that hold times already stay in theirs. Numbers are refused: seconds,
    milliseconds or a date as digits are not to be guessed.

    Raises:
        UnreadTimeError: the first value that is no time.

    >>> read_times(pd.Series(["2024-01-02T03:00:00+01:00", None])).tolist()
    [Timestamp('2024-01-02 02:00:00+0000', tz='UTC'), NaT]
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return pd.DatetimeIndex(values)
    if isinstance(values.dtype, pd.PeriodDtype):
        return pd.PeriodIndex(values).to_timestamp()
    cells = pd.Series(values.astype(object).to_numpy(), dtype=object)
    cells = cells.where(cells.notna(), None)
    number = next((cell for cell in cells if isinstance(cell, (int, float, np.number))), None)
    if number is not None:
        raise UnreadTimeError(number)
    try:
        return pd.DatetimeIndex(pd.to_datetime(cells, utc=True, format="ISO8601"))
    except (ValueError, TypeError, OverflowError) as error:
        raise UnreadTimeError(_first_unread(cells)) from error


def row_times(table: Any, owner: str) -> pd.DatetimeIndex | None:
    """Return the time of every row of a table, or ``None`` when it has no times (an array has none).

    Times are the index when it holds times or is called so (of several levels: that level), else the column
    called ``timestamp``, ``time``, ``date`` or ``datetime``. They are dates, datetimes of any backing, periods (their
    starts) or ISO 8601 text (without a zone: UTC); a missing one is NaT. The order is that of the rows.

    Raises:
        LeakageError: a column called so holds something that cannot be read as times.

    >>> row_times(pd.DataFrame({"date": ["2024-01-02", "2024-01-03"]}), "example").day.tolist()
    [2, 3]
    >>> row_times(pd.DataFrame({"close": [1.0]}), "example") is None
    True
    """
    if isinstance(table, pd.Index):
        return _of_index(table, owner)
    index = getattr(table, "index", None)
    if isinstance(index, pd.Index) and (times := _of_index(index, owner)) is not None:
        return times
    if not isinstance(table, pd.DataFrame):
        table = nw.from_native(table, eager_only=True, pass_through=True)
        if not isinstance(table, nw.DataFrame):
            return None
    by_name = {str(name).lower(): at for at, name in reversed(list(enumerate(table.columns)))}
    at = next((by_name[one] for one in TIME_NAMES if one in by_name), None)
    if at is None:
        return None
    name = table.columns[at]
    column = table.iloc[:, at] if isinstance(table, pd.DataFrame) else pd.Series(table[name].to_numpy())
    return _read(column, f"column '{name}'", owner)


def require_time_order(table: Any, owner: str) -> pd.DatetimeIndex | None:
    """Return :func:`row_times` when no row lies before the row above it; rows of one time (a panel) are fine.

    Raises:
        LeakageError: times go back, so "earlier" would mean nothing; or a row has none that can be read.

    >>> require_time_order(pd.DataFrame({"time": ["2024-01-03", "2024-01-02"]}), "example")
    Traceback (most recent call last):
    ml_analytics.core.errors.LeakageError: The rows of example must be in time order: sort them by time, for row 1 \
(2024-01-02 00:00:00+00:00) lies before the row above it.
    """
    times = row_times(table, owner)
    if times is None:
        return None
    if times.hasnans:
        raise LeakageError(
            f"The rows of {owner} must all have a time. Got {int(np.count_nonzero(times.isna()))} without."
        )
    back = np.diff(times.asi8) < 0
    if back.any():
        row = int(np.argmax(back)) + 1
        raise LeakageError(
            f"The rows of {owner} must be in time order: sort them by time, for row {row} ({times[row]}) lies "
            "before the row above it."
        )
    return times


def _of_index(index: pd.Index, owner: str) -> pd.DatetimeIndex | None:
    levels = list(range(index.nlevels)) if isinstance(index, pd.MultiIndex) else [None]
    called: dict[str, pd.Index] = {}
    for level in levels:
        values = index if level is None else index.get_level_values(level)
        if _is_time(values):
            return _read(values, "index", owner)
        if not pd.api.types.is_numeric_dtype(values.dtype):  # a counter may be called anything
            called.setdefault(str(values.name).lower(), values)
    name = next((one for one in TIME_NAMES if one in called), None)
    return None if name is None else _read(called[name], f"index '{called[name].name}'", owner)


def _is_time(values: pd.Index) -> bool:
    if pd.api.types.is_datetime64_any_dtype(values.dtype) or isinstance(values.dtype, pd.PeriodDtype):
        return True
    if pd.api.types.is_numeric_dtype(values.dtype):
        return False
    return pd.api.types.infer_dtype(values.astype(object), skipna=True) in ("date", "datetime", "datetime64")


def _read(values: pd.Series | pd.Index, place: str, owner: str) -> pd.DatetimeIndex:
    try:
        return read_times(values)
    except UnreadTimeError as error:
        raise _unread(place, owner, error.got) from error


def _unread(place: str, owner: str, got: object) -> LeakageError:
    shown = repr(got) if isinstance(got, str) else str(got)
    return LeakageError(
        f"The {place} of {owner} must hold datetimes or ISO 8601 text, for by its name it is the time of the rows. "
        f"Got {shown[:60]}."
    )


def _first_unread(cells: pd.Series) -> object:
    for cell in cells:
        try:
            pd.to_datetime(pd.Series([cell], dtype=object), utc=True, format="ISO8601")
        except (ValueError, TypeError, OverflowError):
            return cell
    return cells.iloc[0]
