"""Columns of times in which not every cell says its zone."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pandas as pd

_ZONED = re.compile(r".*\d[Tt ].*(?:[Zz]|[+-]\d{2}(?::?\d{2}){0,2})\s*")
_DATE = re.compile(r"\s*\d{4}-?\d{2}-?\d{2}(?:[Tt ]|$)")


def without_zone(cells: pd.Series) -> np.ndarray:
    """Return a mask of the cells that are times (datetimes, dates, ISO 8601 text) and name no zone.

    >>> without_zone(pd.Series(["2024-01-01", "2024-01-01T10:00-05", "2024-01-01 10:00", None])).tolist()
    [True, False, True, False]
    """
    return np.fromiter(map(_names_none, cells), dtype=bool, count=len(cells))


def read_cells(cells: pd.Series) -> tuple[pd.DatetimeIndex, np.ndarray]:
    """Read datetimes, dates and ISO 8601 text; return them in UTC and a mask of those that named no zone.

    Those are taken as UTC. What cannot be read is NaT. Zones may differ from cell to cell.

    >>> times, naive = read_cells(pd.Series(["2024-01-01T01:00+01:00", "2024-01-01"]))
    >>> times.hour.tolist(), naive.tolist()
    ([0, 0], [False, True])
    """
    try:
        read = pd.DatetimeIndex(pd.to_datetime(cells, errors="coerce", format="ISO8601"))
        same = not (np.asarray(read.isna()) & cells.notna().to_numpy()).any()
    except ValueError:  # zones differ from row to row
        same = False
    if same:  # then the first cell's manner is that of all
        if read.tz is None:
            return read.tz_localize("UTC"), np.asarray(read.notna())
        return read.tz_convert("UTC"), np.zeros(len(read), dtype=bool)
    read = pd.DatetimeIndex(pd.to_datetime(cells, errors="coerce", format="ISO8601", utc=True))
    return read, without_zone(cells) & np.asarray(read.notna())


def partly_zoned(column: pd.Series) -> np.ndarray:
    """Return a mask of the cells without a zone of a column of times in which others name one; else of none.

    A column with any cell that does not begin like an ISO 8601 date is no column of times.

    >>> partly_zoned(pd.Series(["2024-01-01T10:00Z", "2024-01-01T10:00"])).tolist()
    [False, True]
    """
    nothing = np.zeros(len(column), dtype=bool)
    if column.dtype != object and not pd.api.types.is_string_dtype(column):
        return nothing
    if not all(isinstance(cell, date) or _begins_like_one(cell) for cell in column.dropna()):
        return nothing
    bare = without_zone(column)
    return bare if bare.any() and (column.notna().to_numpy() & ~bare).any() else nothing


def _begins_like_one(cell: object) -> bool:
    return isinstance(cell, str) and _DATE.match(cell) is not None


def _names_none(cell: object) -> bool:
    if isinstance(cell, datetime):
        return cell == cell and cell.tzinfo is None  # noqa: PLR0124 - NaT is none
    return isinstance(cell, date) or (isinstance(cell, str) and _ZONED.fullmatch(cell) is None)
