"""Market bars in one shape: float64 open, high, low, close, volume on a UTC index in time order."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from .errors import DataProcessingError
from .frames import Table, to_pandas
from .row_times import TIME_NAMES

OHLCV = ("open", "high", "low", "close", "volume")


def as_ohlcv(table: Table, owner: str = "ml_analytics", *, ordered: bool = True) -> pd.DataFrame:
    """Return bars as a new frame with columns ``open high low close volume`` and a UTC index.

    Column names may have any case; time is the index or a column ``timestamp`` (``time``, ``date`` and
    ``datetime`` are taken too). Naive times are taken as UTC with a warning. NaN stays NaN.

    Args:
        table: pandas or polars bars.
        owner: who asks, for the error sentence.
        ordered: require strictly increasing times. The validator passes ``False`` to report disorder.

    Raises:
        DataProcessingError: a column is missing or not numeric, there are no rows, there is no time, or
            (when ``ordered``) times are unsorted or repeated.
    """
    frame = to_pandas(table, "ohlcv", owner)
    by_name = {str(name).lower(): name for name in frame.columns}
    for name in (*OHLCV, *TIME_NAMES):
        if sum(str(one).lower() == name for one in frame.columns) > 1:
            raise DataProcessingError(f"The column '{name}' of {owner} stands twice but for its case.")
    missing = [name for name in OHLCV if name not in by_name]
    if missing:
        raise DataProcessingError(
            f"The 'ohlcv' parameter of {owner} must have the columns open, high, low, close, volume. "
            f"Got none named {', '.join(missing)} among {', '.join(map(str, frame.columns))[:200]}."
        )
    if frame.empty:
        raise DataProcessingError(
            f"The 'ohlcv' parameter of {owner} must have at least one bar. Got no rows."
        )
    columns = {name: _numbers(frame[by_name[name]], name, owner) for name in OHLCV}
    times = _times(frame, by_name, owner)
    if ordered:
        _require_order(
            times, owner, "" if "symbol" in by_name else " (for many symbols give a column 'symbol')"
        )
    return pd.DataFrame(columns, index=times)


def _numbers(column: pd.Series, name: str, owner: str) -> np.ndarray:
    if column.dtype == bool or not pd.api.types.is_numeric_dtype(column):
        cells = column.tolist()
        example = next((cell for cell in cells if isinstance(cell, str) and not _digits(cell)), cells[0])
        raise DataProcessingError(
            f"The column '{name}' of {owner} must hold numbers. Got {column.dtype} such as {example!r}."
        )
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _digits(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _times(frame: pd.DataFrame, by_name: dict[str, str], owner: str) -> pd.DatetimeIndex:
    if isinstance(frame.index, pd.DatetimeIndex):
        times = frame.index
    else:
        found = next((by_name[name] for name in TIME_NAMES if name in by_name), None)
        if found is None:
            raise DataProcessingError(
                f"The 'ohlcv' parameter of {owner} must have a DatetimeIndex or a time column, "
                f"named {', '.join(TIME_NAMES)}. Got the columns {', '.join(map(str, frame.columns))[:200]}."
            )
        times = pd.DatetimeIndex(_parsed(frame[found], str(found), owner))
    if times.hasnans:
        raise DataProcessingError(
            f"The times of {owner} must all be known. Got {int(np.count_nonzero(times.isna()))} empty."
        )
    if times.tz is None:
        warnings.warn("Times without a zone are taken as UTC.", UserWarning, stacklevel=4)
        times = times.tz_localize("UTC")
    return times.tz_convert("UTC").rename("timestamp")


def _parsed(column: pd.Series, name: str, owner: str) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    if pd.api.types.is_numeric_dtype(column):  # seconds, milliseconds or a date as digits: not to be guessed
        raise DataProcessingError(
            f"The column '{name}' of {owner} must hold ISO 8601 times. Got the number {column.iloc[0]}."
        )
    try:
        return pd.to_datetime(column, utc=True, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise DataProcessingError(
            f"The column '{name}' of {owner} must hold ISO 8601 times. Got {_first_unread(column)!r} instead."
        ) from error


def _first_unread(column: pd.Series) -> object:
    """Return the first cell that is there but is no time."""
    read = pd.to_datetime(column.astype(str), utc=True, format="ISO8601", errors="coerce")
    wrong = column[read.isna() & column.notna()]
    return column.iloc[0] if wrong.empty else wrong.iloc[0]


def _require_order(index: pd.DatetimeIndex, owner: str, hint: str) -> None:
    steps = np.diff(index.asi8)
    if (steps > 0).all():
        return
    position = int(np.argmax(steps <= 0)) + 1
    what = "repeats the time before it" if steps[position - 1] == 0 else "lies before the bar above it"
    raise DataProcessingError(
        f"The bars of {owner} must be in time order without repeats{hint}. "
        f"Row {position} ({index[position]}) {what}."
    )
