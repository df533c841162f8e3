"""Columns of times as microseconds since 1970 in UTC, rounded to the side that cannot leak."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.errors import DataProcessingError

from ..zones import read_cells

_PER_UNIT = {"s": 1_000_000, "ms": 1_000, "us": 1}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime(1, 1, 2, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LAST = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


class Times(NamedTuple):
    """Microseconds since 1970 (0 where missing), which are known, and whether any of them named no zone."""

    values: np.ndarray
    known: np.ndarray
    naive: bool


def microseconds(column: pa.Array, *, up: bool, shown: str = "The column of times") -> Times:
    """Read a column of times of any unit and zone; ISO 8601 text and dates too, in UTC without a zone.

    A time finer than a microsecond is rounded ``up`` where it says since when something is known, and down
    where it says when somebody asks: so rounding never lets a row be seen too early.

    Raises:
        DataProcessingError: no times, or outside the years 1 to 9999.

    >>> microseconds(pa.array([1, None], pa.timestamp("ns")), up=True).values
    array([1, 0])
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    naive = names_no_zone(column)
    if pa.types.is_date(kind):
        column = column.cast(pa.timestamp("ms" if pa.types.is_date64(kind) else "s", "UTC"))
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        column, naive = _from_text(column, shown)
    elif pa.types.is_null(kind):
        column = column.cast(pa.timestamp("us", "UTC"))
    elif not pa.types.is_timestamp(kind):
        raise DataProcessingError(f"{shown} must hold times. Got a column of {kind} instead.")
    known = column.is_valid().to_numpy(zero_copy_only=False)
    counted = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    if column.type.unit == "ns":
        values = -(-counted // 1_000) if up else counted // 1_000
    else:
        factor = _PER_UNIT[column.type.unit]
        if len(counted) and (counted.max() > _LAST // factor or counted.min() < _FIRST // factor):
            raise DataProcessingError(f"{shown} must lie in the years 1 to 9999.")
        values = counted * factor
    return Times(np.where(known, values, 0), known, naive)


def names_no_zone(column: pa.Array) -> bool:
    """Say whether a column holds dates, or times without a zone.

    >>> names_no_zone(pa.array([1], pa.timestamp("us"))), names_no_zone(pa.array([1], pa.timestamp("us", "UTC")))
    (True, False)
    """
    bare = pa.types.is_date(column.type) or (pa.types.is_timestamp(column.type) and column.type.tz is None)
    return bare and column.null_count < len(column)


def _from_text(column: pa.Array, shown: str) -> tuple[pa.Array, bool]:
    given = pd.Series(column.to_pylist(), dtype=object)
    read, naive = read_cells(given)
    if (unread := given[np.asarray(read.isna()) & given.notna()]).size:
        raise DataProcessingError(f"{shown} must hold times in ISO 8601. Got {unread.iloc[0]!r:.60} instead.")
    return pa.Array.from_pandas(read.to_series()), bool(naive.any())


def warn_naive(names: list[str], owner: str) -> None:
    """Say once for a call which columns of times have no zone."""
    if names:
        shown = ", ".join(f"'{name}'" for name in names)
        warnings.warn(
            f"{owner}: the times of {shown} have no zone; they are taken as UTC.", UserWarning, stacklevel=4
        )


def as_microseconds(time: datetime) -> int:
    """Return an aware time as microseconds since 1970."""
    return (time.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
