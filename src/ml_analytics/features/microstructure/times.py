"""The times of ticks as int64 nanoseconds of UTC, and durations; nothing about a clock is guessed."""

from __future__ import annotations

import warnings
from datetime import timedelta
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import DataProcessingError, ParameterError
from ...core.row_times import TIME_NAMES, row_times
from .parts import Columns, is_real

Times: TypeAlias = NDArray[np.int64]
Duration: TypeAlias = str | timedelta | pd.Timedelta | np.timedelta64
"""A length of time: ``"1s"``, ``"500ms"``, ``"1min"``, ``"1D"``, a timedelta."""

UNITS = {"_ns": 1, "_us": 1_000, "_ms": 1_000_000}
EARLIEST, LATEST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def nanoseconds(duration: object, parameter: str, owner: str, *, least: int = 1) -> int:
    """Return a duration in nanoseconds, at least ``least``.

    Raises:
        ParameterError: it is no length of time (a month has none), or shorter.

    >>> nanoseconds("1ms", "every", "example")
    1000000
    >>> nanoseconds("-1s", "latency", "example", least=0)
    Traceback (most recent call last):
    ml_analytics.core.errors.ParameterError: The 'latency' parameter of example must be a duration of 0 or \
more, such as '1s'. Got '-1s' instead.
    """
    must_be = f"a duration {'above 0' if least else 'of 0 or more'}, such as '1s'"
    if not isinstance(duration, (str, timedelta, np.timedelta64)):
        raise ParameterError.of(parameter, owner, must_be, duration)
    try:
        length = pd.Timedelta(duration)
    except (ValueError, OverflowError) as error:
        raise ParameterError.of(parameter, owner, must_be, duration) from error
    if pd.isna(length) or length.as_unit("ns").value < least:
        raise ParameterError.of(parameter, owner, must_be, duration)
    return int(length.as_unit("ns").value)


def earlier(times: Times, duration: int) -> Times:
    """Return times moved back, none beyond the earliest there is."""
    return np.where(times < EARLIEST + duration, EARLIEST, times - duration)


def read_times(columns: Columns) -> Times:
    """Return the times of the rows: when each became known, in the order of the rows.

    Taken is the column given for ``time``, else the index when it holds datetimes, else a column called
    ``timestamp``, ``time``, ``date`` or ``datetime``, else the time of arrival (``local_ns``, …), else that
    of the exchange (``exch_ms``, …); of these two a column without any value counts as absent. Numbers are read
    by the ending of their column's name: ``_ns``, ``_us``, ``_ms``. Times without a zone are taken as UTC with a
    warning. Equal times are fine: the order of the rows counts.

    Raises:
        DataProcessingError: there is no time; one is missing or cannot be read; a row lies before the row
            above it; or, when the choice is ours, a row arrived before the exchange's time: the clocks
            disagree.
    """
    column = _choose(columns)
    times = _of_index(columns) if column is None else column_times(columns.frame[column], columns)
    back = times[1:] < times[:-1]
    if back.any():
        row = int(np.argmax(back)) + 1
        raise DataProcessingError(
            f"The {columns.what} of {columns.owner} must be in time order. "
            f"Row {row} ({pd.Timestamp(times[row], tz='UTC')}) lies before the row above it."
        )
    return times


def clocks(columns: Columns) -> tuple[Times, Times] | None:
    """Return the times of arrival and of the exchange in the rows that have both; ``None`` without such rows."""
    arrival, exchange = columns.names.get("arrival"), columns.names.get("exchange")
    if arrival is None or exchange is None:
        return None
    known = (columns.frame[arrival].notna() & columns.frame[exchange].notna()).to_numpy(dtype=bool)
    if not known.any():
        return None
    rows = columns.frame if known.all() else columns.frame[known]
    return column_times(rows[arrival], columns), column_times(rows[exchange], columns)


def _choose(columns: Columns) -> str | None:
    """Return the column of times; ``None`` is the index."""
    if "time" in columns.names:
        return columns.names["time"]
    if isinstance(columns.frame.index, pd.DatetimeIndex):
        return None
    by_name = {str(name).lower(): str(name) for name in reversed(list(columns.frame.columns))}
    named = next((by_name[name] for name in TIME_NAMES if name in by_name), None)
    if named is not None:
        return named
    _require_agreement(columns)
    ours = [columns.names[part] for part in ("arrival", "exchange") if part in columns.names]
    column = next((one for one in ours if columns.frame[one].notna().any()), None)
    if column is None:
        raise DataProcessingError(
            f"The '{columns.what}' parameter of {columns.owner} must have a DatetimeIndex or a column of times, "
            f"such as 'timestamp' or 'local_ns'. Got the columns {', '.join(map(str, columns.frame.columns))[:200]}."
        )
    return column


def _require_agreement(columns: Columns) -> None:
    both = clocks(columns)
    if both is None:
        return
    worst = int((both[1] - both[0]).max())
    if worst > 0:
        arrival, exchange = columns.names["arrival"], columns.names["exchange"]
        raise DataProcessingError(
            f"The {columns.what} of {columns.owner} arrive ('{arrival}') up to {worst / 1e9:.6g} s before the "
            f"exchange's times ('{exchange}'): put the clock right with stamp_arrivals, or choose one by "
            f"columns={{'time': '{exchange}'}}."
        )


def _of_index(columns: Columns) -> Times:
    return _utc(pd.DatetimeIndex(columns.frame.index), "index", columns)


def column_times(column: pd.Series, columns: Columns) -> Times:
    """Return one column as times, in any order; see :func:`read_times` for what it may hold."""
    name = str(column.name)
    if not is_real(column):
        times = row_times(pd.DataFrame({"timestamp": column.array}), columns.owner)
        return _utc(pd.DatetimeIndex([] if times is None else times), f"column '{name}'", columns)
    unit = next((UNITS[ending] for ending in UNITS if name.lower().endswith(ending)), None)
    if unit is None:
        raise DataProcessingError(
            f"The column '{name}' of {columns.owner} must hold datetimes, or be called by its unit (_ns, _us, _ms). "
            f"Got numbers such as {column.iloc[0]}."
        )
    _require_known(column.isna().to_numpy(dtype=bool), f"column '{name}'", columns)
    numbers = column.to_numpy()
    exact = numbers.dtype.kind in "iu" or bool(
        (np.abs(numbers) < 2**53).all() and (numbers == np.floor(numbers)).all()
    )
    if not exact or numbers.max() > LATEST // unit or numbers.min() < -(LATEST // unit):
        raise DataProcessingError(
            f"The column '{name}' of {columns.owner} must hold whole numbers since 1970 in the unit of its name. "
            f"Got values from {numbers.min()} to {numbers.max()}."
        )
    made: Times = numbers.astype(np.int64) * unit
    return made


def _utc(times: pd.DatetimeIndex, place: str, columns: Columns) -> Times:
    _require_known(np.asarray(times.isna()), place, columns)
    if times.tz is None:
        warnings.warn("Times without a zone are taken as UTC.", UserWarning, stacklevel=5)
    try:
        return times.as_unit("ns").asi8
    except (pd.errors.OutOfBoundsDatetime, OverflowError) as error:
        raise DataProcessingError(
            f"The {place} of {columns.owner} must hold times from 1677 to 2262. Got {times.min()} to {times.max()}."
        ) from error


def _require_known(unknown: np.ndarray, place: str, columns: Columns) -> None:
    if unknown.any():
        raise DataProcessingError(
            f"The {place} of {columns.owner} must hold the time of every row. Got {int(unknown.sum())} without."
        )
