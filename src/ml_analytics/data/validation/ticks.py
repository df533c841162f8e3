"""Trades, quotes and depth as the rules see them: numbers and time stamps by part, in the order they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from ml_analytics.core.frames import Table, to_pandas

from .bars import numbers, read_times
from .strips import UNKNOWN
from .tick_columns import KINDS, find_parts

NUMERIC = ("price", "qty", "bid", "ask", "bid_qty", "ask_qty")
_UNITS = ((1e8, 1e11, 10**9), (1e11, 1e14, 10**6), (1e14, 1e17, 10**3), (1e17, 1e20, 1))
"""Epoch numbers between the first two are of the unit that has so many nanoseconds: 1973 to 5138 in each."""


@dataclass(frozen=True)
class Ticks:
    """One table of ticks; nothing is sorted, dropped or mended.

    ``parts`` maps a part (``price``, ``local_time``, …) to its column. Numbers are float64, NaN where a cell is
    none; times int64 nanoseconds since 1970, ``UNKNOWN`` where there is none. ``markets`` holds the code of
    each row's market and ``market_names`` what the codes stand for.
    """

    kind: str
    frame: pd.DataFrame
    parts: Mapping[str, str]
    exchange: np.ndarray | None
    local: np.ndarray | None
    markets: np.ndarray
    market_names: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, kind: str, columns: Mapping[str, str] | None = None) -> Ticks:
        """Read any table as ``kind``; what is wrong with it is for the rules to say.

        Raises:
            ParameterError: not a table, or ``columns`` does not fit it.
            DataProcessingError: two columns have one name.
        """
        frame = to_pandas(table, "frame", f"DataValidator.validate_{kind}")
        parts = find_parts(frame.columns, columns)
        exchange = stamps(frame[parts["exchange_time"]]) if "exchange_time" in parts else None
        if exchange is None and isinstance(frame.index, pd.DatetimeIndex):
            exchange = stamps(frame.index.to_series())
        local = stamps(frame[parts["local_time"]]) if "local_time" in parts else None
        codes = np.zeros(len(frame), dtype=np.int64)
        names: tuple[str, ...] = ("",)
        if "market" in parts:
            codes, labels = pd.factorize(frame[parts["market"]])
            names = tuple(map(str, labels))
        return cls(kind, frame, parts, exchange, local, codes, names)

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """The numeric parts."""
        return {part: numbers(self.frame[self.parts[part]])[0] for part in NUMERIC if part in self.parts}

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Parts that such a table must have and this one lacks."""
        lacking = [part for part in KINDS[self.kind] if part not in self.parts]
        return (*lacking, *(["time"] if self.exchange is None and self.local is None else []))

    @cached_property
    def times(self) -> np.ndarray | None:
        """Each row's time: of arrival where it is known, else of the exchange."""
        if self.local is None or self.exchange is None:
            return self.exchange if self.local is None else self.local
        return np.where(self.local == UNKNOWN, self.exchange, self.local)

    @cached_property
    def snapshots(self) -> np.ndarray:
        """Mark the rows that belong to a snapshot of the book."""
        if "is_snapshot" not in self.parts:
            return np.zeros(len(self), dtype=bool)
        cells = self.frame[self.parts["is_snapshot"]]
        return np.asarray(cells.isin([True, 1, "true", "True"]), dtype=bool)

    def ids(self, part: str) -> np.ndarray | None:
        """Return a part of whole numbers as int64, ``None`` where it is absent or holds anything else."""
        if part not in self.parts:
            return None
        column = self.frame[self.parts[part]]
        if not pd.api.types.is_integer_dtype(column) or column.isna().any():
            return None
        return column.to_numpy(dtype=np.int64)

    def each_market(self) -> list[tuple[str, np.ndarray]]:
        """Return name and row numbers of every market, in the order they came."""
        if len(self.market_names) == 1 and not (self.markets < 0).any():
            return [(self.market_names[0], np.arange(len(self)))]
        rows = [(name, np.flatnonzero(self.markets == code)) for code, name in enumerate(self.market_names)]
        rest = np.flatnonzero(self.markets < 0)
        return [*rows, *([("unknown", rest)] if rest.size else [])]

    def time_of(self, row: int) -> datetime | None:
        """Return the time of one row, to the microsecond."""
        if self.times is None or self.times[row] == UNKNOWN:
            return None
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(self.times[row]) // 1000)


def stamps(column: pd.Series) -> np.ndarray:
    """Return times as int64 nanoseconds since 1970, ``UNKNOWN`` where a cell is none.

    Numbers count from 1970 in seconds, milliseconds, microseconds or nanoseconds, whichever puts their median
    between 1973 and 5138; datetimes and ISO 8601 texts are read as such, without a zone as UTC.

    >>> (stamps(pd.Series([1_723_161_254_087])) == stamps(pd.Series(["2024-08-08T23:54:14.087Z"]))).all()
    np.True_
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return _from_numbers(column)
    times, _, _ = read_times(pd.DataFrame({"timestamp": column.to_numpy()}), {"timestamp": 0})
    if times is None:
        return np.full(len(column), UNKNOWN)
    return np.where(times.isna(), UNKNOWN, times.as_unit("ns").asi8)


def _from_numbers(column: pd.Series) -> np.ndarray:
    known = column.notna().to_numpy()
    middle = float(column.median()) if known.any() else 0.0
    scale = next((unit for low, high, unit in _UNITS if low <= abs(middle) < high), None)
    made = np.full(len(column), UNKNOWN)
    if scale is None:
        return made
    if pd.api.types.is_integer_dtype(column):
        values = column.to_numpy(dtype=np.int64, na_value=0)
        fits = known & (np.abs(values) <= np.iinfo(np.int64).max // scale)
        made[fits] = values[fits] * scale
        return made
    floats = column.to_numpy(dtype=np.float64, na_value=np.nan)
    fits = known & (np.abs(floats) < 9e18 / scale)
    whole = np.floor(floats[fits])
    made[fits] = whole.astype(np.int64) * scale + np.rint((floats[fits] - whole) * scale).astype(np.int64)
    return made
