"""Bars as the rules see them: numbers by lower-case name in time order, with the rows they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ml_analytics.core.frames import Table, to_pandas
from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.core.row_times import TIME_NAMES

from ..zones import read_cells

ISO = "times must be ISO 8601, for example 2018-12-31 or 2018-12-31T16:00:00Z"
DAY = 86_400_000_000
"""In microseconds: every time that a database keeps has that many exactly."""


@dataclass(frozen=True)
class Bars:
    """Bars sorted by time (unknown times last); nothing is dropped or mended.

    ``columns`` holds float64 values, NaN where a cell is no number; ``not_numbers`` marks such cells.
    ``rows`` gives the row in the table as it came; ``given`` the times in that order. ``times`` is ``None``
    when the table has none; ``naive`` marks those that named no zone. ``odd`` shows, by column and for
    ``timestamp``, the first cell that could not be read.
    """

    columns: dict[str, np.ndarray]
    not_numbers: dict[str, np.ndarray]
    rows: np.ndarray
    times: pd.DatetimeIndex | None
    given: pd.DatetimeIndex | None
    naive: np.ndarray
    missing: tuple[str, ...]
    odd: Mapping[str, str]

    @classmethod
    def of(cls, table: Table) -> Bars:
        """Read any table; what is wrong with it is for the rules to say.

        Raises:
            ParameterError: not a table.
            DataProcessingError: two columns have one name.
        """
        frame = to_pandas(table, "frame", "DataValidator.validate_ohlcv")
        by_name = {str(name).lower(): position for position, name in reversed(list(enumerate(frame.columns)))}
        given, naive, position = read_times(frame, by_name)
        order = _order(given, len(frame))
        columns, not_numbers = {}, {}
        odd: dict[str, str] = {}
        if given is not None and position is not None:
            unread = unread_times(frame.iloc[:, position], given)
            odd = {"timestamp": next(iter(unread.values()))} if unread else {}
        for name, position in reversed(by_name.items()):
            if name in TIME_NAMES:
                continue
            values, wrong = numbers(frame.iloc[:, position])
            if name in OHLCV or not wrong.any():
                columns[name], not_numbers[name] = values[order], wrong[order]
                if wrong.any():
                    odd[name] = shown(frame.iloc[int(np.argmax(wrong)), position])
        missing = [name for name in OHLCV if name not in columns] + (["timestamp"] if given is None else [])
        times = given[order] if given is not None else None
        return cls(columns, not_numbers, order, times, given, naive[order], tuple(missing), odd)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    @cached_property
    def stamps(self) -> np.ndarray:
        """Known times in order, as microseconds since 1970."""
        if self.times is None:
            return np.empty(0, dtype=np.int64)
        return np.asarray(self.times.dropna().as_unit("us").asi8)

    @cached_property
    def step(self) -> int:
        """The commonest distance between neighbouring times in microseconds; 0 when there is none."""
        steps = np.diff(self.stamps)
        steps = steps[steps > 0]
        if not steps.size:
            return 0
        values, counts = np.unique(steps, return_counts=True)
        return int(values[np.argmax(counts)])

    @cached_property
    def continuous(self) -> bool:
        """True when the market has no weekends: more than 5 % of the bars fall on one."""
        weekday = (self.stamps // DAY + 3) % 7  # 1970-01-01 was a Thursday
        return bool(self.stamps.size) and float(np.mean(weekday >= 5)) > 0.05


def numbers(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the column as float64 and a mask of the cells that are neither number nor missing.

    Digits in text are text: nothing is converted. Booleans are no numbers either.
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan), np.zeros(len(column), dtype=bool)
    cells = column.astype(object).to_numpy()
    wrong = np.fromiter((not _is_number(cell) for cell in cells), dtype=bool, count=len(cells))
    wrong &= column.notna().to_numpy()
    values = np.full(len(cells), np.nan)
    usable = ~wrong & column.notna().to_numpy()
    values[usable] = cells[usable].astype(np.float64)
    return values, wrong


def _is_number(cell: object) -> bool:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return abs(cell) < 2**1000  # beyond, float() itself fails
    return isinstance(cell, (float, np.integer, np.floating))


def read_times(
    frame: pd.DataFrame, by_name: dict[str, int]
) -> tuple[pd.DatetimeIndex | None, np.ndarray, int | None]:
    """Return the rows' times in UTC, a mask of those that named no zone, and the column they came from.

    ``by_name`` gives the positions of the columns by lower-case name. Time is the index (no column), else
    ``timestamp``, ``time``, ``date`` or ``datetime``; a time that cannot be read is NaT; without any, ``None``.
    """
    if isinstance(frame.index, pd.DatetimeIndex):
        return *_in_utc(frame.index), None
    position = next((by_name[name] for name in TIME_NAMES if name in by_name), None)
    if position is None:
        return None, np.zeros(len(frame), dtype=bool), None
    return *_parsed(frame.iloc[:, position]), position


def unread_times(column: pd.Series, times: pd.DatetimeIndex) -> dict[int, str]:
    """Return, by row, how the cells look that are there but are no time that can be read."""
    rows = np.flatnonzero(np.asarray(times.isna()) & column.notna().to_numpy())
    return {int(row): shown(column.iloc[int(row)]) for row in rows}


def shown(cell: object) -> str:
    """Return a cell as it can be shown in a sentence: short, text in quotes.

    >>> shown("31/12/2018"), shown(np.int64(20181231))
    ("'31/12/2018'", '20181231')
    """
    text = repr(cell) if isinstance(cell, str) else str(cell)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _parsed(column: pd.Series) -> tuple[pd.DatetimeIndex, np.ndarray]:
    """Read times; what is none becomes NaT. Plain numbers are none: their unit is anyone's guess."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return _in_utc(pd.DatetimeIndex(column))
    if pd.api.types.is_numeric_dtype(column):
        return _in_utc(pd.DatetimeIndex([pd.NaT] * len(column), dtype="datetime64[us, UTC]"))
    return read_cells(column.map(lambda cell: cell if not isinstance(cell, (int, float)) else None))


def _in_utc(times: pd.DatetimeIndex) -> tuple[pd.DatetimeIndex, np.ndarray]:
    if times.tz is None:
        return times.tz_localize("UTC"), np.asarray(times.notna())
    return times.tz_convert("UTC"), np.zeros(len(times), dtype=bool)


def _order(times: pd.DatetimeIndex | None, rows: int) -> np.ndarray:
    if times is None:
        return np.arange(rows)
    stamps = np.where(times.isna(), np.iinfo(np.int64).max, times.asi8)
    return np.argsort(stamps, kind="stable")
