"""Many series in one table: each symbol's bars are a series of their own, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..core.errors import DataProcessingError
from ..core.frames import Table, is_lazy, to_pandas
from ..core.ohlcv import OHLCV, as_ohlcv
from .bars import check_columns
from .indicator import Array, Bars
from .matrix import in_threads

SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars of many symbols, one symbol after the other.

    Attributes:
        symbols: the names, sorted.
        starts: where each symbol begins, and at last the number of rows.
        bars: the five columns, by symbol and time.
        order: row of the table of each row here, or ``None`` where the table is in this order already.
        index: symbol and time of the table's rows, in the table's order.
    """

    symbols: tuple[Any, ...]
    starts: tuple[int, ...]
    bars: Bars
    order: np.ndarray | None
    index: pd.MultiIndex

    def __len__(self) -> int:
        return self.starts[-1]

    def parts(self) -> list[tuple[Any, slice]]:
        """Return each symbol's name and rows."""
        return [(name, slice(*rows)) for name, rows in zip(self.symbols, pairwise(self.starts), strict=True)]

    def series(self, rows: slice) -> Bars:
        """Return the bars of one symbol."""
        return {name: values[rows] for name, values in self.bars.items()}

    def in_table_order(self, matrix: Array, workers: int = 1) -> Array:
        """Put the rows of ``matrix`` where the table has them, column by column and in place."""
        if self.order is not None:
            rows = np.empty_like(self.order)
            rows[self.order] = np.arange(len(rows))
            in_threads([partial(_take_rows, column, rows) for column in matrix.T], workers)
        return matrix


def _take_rows(column: Array, rows: NDArray[np.intp]) -> None:
    np.take(column.copy(), rows, out=column, mode="clip")  # this mode needs no room of its own


def has_symbols(table: Table) -> bool:
    """Say whether a table of bars names symbols: a column or a level of the index called ``symbol``.

    >>> has_symbols(pd.DataFrame({"Symbol": ["A"], "close": [1.0]}))
    True
    """
    if is_lazy(table):  # asking for its columns would plan the query; reading it says what to do
        return False
    if isinstance(getattr(table, "index", None), pd.MultiIndex):
        return True
    return any(str(name).lower() == SYMBOL for name in getattr(table, "columns", ()))


def read_panel(table: Table, owner: str, *, fill_forward: bool = False) -> Panel:
    """Read bars of many symbols; the rows may be in any order of symbols, each symbol's in time order.

    Args:
        table: bars as :func:`ml_analytics.core.ohlcv.as_ohlcv` takes them, and a column ``symbol``; or an
            index of two levels, symbol and time.
        owner: who asks, for the error sentence.
        fill_forward: give a missing value the last known one of its symbol's column.

    Raises:
        DataProcessingError: a symbol is missing, its times are unsorted or repeated, or what
            :func:`~ml_analytics.features.bars.read_bars` refuses.
    """
    column, frame = _apart(table, owner)
    codes, symbols = _coded(column, owner)
    read = as_ohlcv(frame, owner, ordered=False)
    times = pd.DatetimeIndex(read.index)
    order = None if (np.diff(codes) >= 0).all() else np.argsort(codes, kind="stable")
    sorted_codes = codes if order is None else codes[order]
    sorted_times = times if order is None else times[order]
    _require_order(sorted_times, sorted_codes, symbols, owner)
    if fill_forward:
        read = read.groupby(codes, sort=False).ffill()
    bars = {one: _sorted(read[one], order) for one in OHLCV}
    check_columns(bars, sorted_times, owner, lambda row: f" of the symbol {symbols[sorted_codes[row]]!r}")
    starts = np.searchsorted(sorted_codes, np.arange(len(symbols) + 1))
    return Panel(tuple(symbols), tuple(map(int, starts)), bars, order, _index(codes, symbols, times))


def _apart(table: Table, owner: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return the column of symbols, and the table without it."""
    frame = _flat(to_pandas(table, "ohlcv", owner), owner)
    names = [one for one in frame.columns if str(one).lower() == SYMBOL]
    if len(names) > 1:
        raise DataProcessingError(
            f"The symbols of {owner} must stand once. Got the columns {names[0]!r} and {names[1]!r}."
        )
    return frame[names[0]], frame.drop(columns=names)


def _coded(column: pd.Series, owner: str) -> tuple[NDArray[np.intp], pd.Index]:
    """Return the symbols, sorted, as they are given (all text, or all whole numbers), and each row's place there."""
    if column.isna().any():
        row = int(np.argmax(column.isna().to_numpy()))
        raise DataProcessingError(f"The symbols of {owner} must all be known. Got none in row {row}.")
    # Objects may be of several kinds that are equal, such as 1 and 1.0: all are looked at.
    mixed = column.dtype == object
    codes, found = pd.factorize(pd.Index(column.tolist()) if mixed else column)
    names: pd.Index = pd.Index(found.tolist())
    if not (pd.api.types.is_integer_dtype(names) or all(isinstance(one, str) for one in names)):
        kinds = sorted({type(one).__name__ for one in names})
        raise DataProcessingError(
            f"The symbols of {owner} must be all text or all whole numbers. Got {', '.join(kinds)}."
        )
    places, symbols = pd.factorize(names, sort=True)
    return places[codes], symbols


def _index(codes: NDArray[np.intp], symbols: pd.Index, times: pd.DatetimeIndex) -> pd.MultiIndex:
    """Return symbol and time of each row; the symbols are known to be sorted, so they are not looked at again."""
    time_codes, known = pd.factorize(times, sort=True)
    levels: Any = [symbols, known]
    places: Any = [codes, time_codes]
    return pd.MultiIndex(levels, places, names=[SYMBOL, "timestamp"], verify_integrity=False)


def _flat(frame: pd.DataFrame, owner: str) -> pd.DataFrame:
    """Turn an index of symbol and time into columns."""
    if not isinstance(frame.index, pd.MultiIndex):
        return frame
    names, times = symbols_and_times(frame.index, owner)
    if any(str(one).lower() == SYMBOL for one in frame.columns):
        raise DataProcessingError(
            f"The symbols of {owner} must stand once. Got a level of the index and a column '{SYMBOL}'."
        )
    made = frame.set_index(times)
    made.insert(0, SYMBOL, names)
    return made


def symbols_and_times(index: pd.MultiIndex, owner: str) -> tuple[np.ndarray, pd.DatetimeIndex]:
    """Return the two levels of an index of symbol and time, in either order.

    Raises:
        DataProcessingError: it has other levels.
    """
    timed = [at for at, level in enumerate(index.levels) if isinstance(level, pd.DatetimeIndex)]
    if index.nlevels != 2 or len(timed) != 1:
        raise DataProcessingError(
            f"The index of {owner} must have two levels, symbol and time. Got {list(index.names)}."
        )
    names = index.get_level_values(1 - timed[0]).to_numpy()
    return names, pd.DatetimeIndex(index.get_level_values(timed[0]))


def _sorted(column: pd.Series, order: np.ndarray | None) -> Array:
    values = column.to_numpy(np.float64)
    return np.ascontiguousarray(values if order is None else values[order])


def _require_order(times: pd.DatetimeIndex, codes: np.ndarray, symbols: pd.Index, owner: str) -> None:
    wrong = (np.diff(times.asi8) <= 0) & (np.diff(codes) == 0)
    if wrong.any():
        row = int(np.argmax(wrong)) + 1
        raise DataProcessingError(
            f"The bars of {owner} must be in time order without repeats. "
            f"The symbol {symbols[codes[row]]!r} has {times[row]} after {times[row - 1]}."
        )


def only_symbol(table: Table, owner: str) -> tuple[Any, pd.DataFrame]:
    """Return the symbol and the bars of a table that holds one series.

    Raises:
        DataProcessingError: it holds several, or what :func:`read_panel` refuses.
    """
    column, frame = _apart(table, owner)
    _, symbols = _coded(column, owner)
    if len(symbols) > 1:
        raise DataProcessingError(
            f"The bars of {owner} must be of one symbol. Got {len(symbols)}, such as {symbols[0]!r} and {symbols[1]!r}."
        )
    return (symbols[0] if len(symbols) else None), frame
