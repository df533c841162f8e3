"""Reading tables of fills and trades: rows of any kind, columns by their usual names, times, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import to_pandas
from ..inputs import Array, numbers

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "datetime", "date", "dt", "fill_time", "trade_time", "executed_at", "filled_at"),
    "symbol": ("symbol", "ticker", "asset", "instrument", "sid"),
    "quantity": ("quantity", "qty", "size", "amount", "shares"),
    "price": ("price", "fill_price"),
    "side": ("side", "buy_sell", "action", "direction"),
    "fees": ("fees", "fee", "commission", "commissions"),
    "multiplier": ("multiplier", "point_value", "contract_size"),
    "pnl": ("pnl",),
    "entry_time": ("entry_time",),
    "exit_time": ("exit_time",),
    "entry_price": ("entry_price",),
    "exit_price": ("exit_price",),
    "sector": ("sector",),
}  # fmt: skip
"""What a column is called, in any case and with spaces or hyphens for underscores."""

_SAVED_INDEX = ("", "index", "unnamed: 0")
_BUYS = frozenset(("buy", "b", "bot", "bought", "bid", "long", "l", "1", "+1", "1.0"))
_SELLS = frozenset(("sell", "s", "sld", "sold", "ask", "short", "-1", "-1.0", "sell_short", "ss"))


def as_table(rows: Any, parameter: str, owner: str) -> pd.DataFrame:
    """Return a pandas or polars frame, or an iterable of mappings, as a pandas frame.

    Raises:
        ParameterError: something else.
    """
    if not isinstance(rows, Iterable) or isinstance(rows, (str, bytes, Mapping, np.ndarray)):
        shown = type(rows).__name__
        raise ParameterError.of(parameter, owner, "a table or an iterable of mappings", shown)
    if hasattr(rows, "columns"):
        return to_pandas(rows, parameter, owner)
    listed = list(rows)
    if not all(isinstance(one, Mapping) for one in listed):
        raise ParameterError.of(parameter, owner, "a table or an iterable of mappings", listed)
    return pd.DataFrame([dict(one) for one in listed])


def plain_name(column: Any) -> str:
    """Return the name of a column in small letters, with underscores for spaces and hyphens.

    >>> plain_name(" Exit Time")
    'exit_time'
    """
    return str(column).strip().lower().replace(" ", "_").replace("-", "_")


class Columns:
    """The columns of one table, found by what they mean.

    Args:
        frame: the table.
        parameter: its name in sentences.
        owner: who asks.
        named: meaning -> column, where the usual names do not tell.

    Raises:
        ParameterError: ``named`` has a meaning or a column that does not exist.
    """

    def __init__(
        self, frame: pd.DataFrame, parameter: str, owner: str, named: Mapping[str, str] | None = None
    ) -> None:
        self.frame, self.parameter, self.owner = frame, parameter, owner
        self.named = dict(named or {})
        for meaning, column in self.named.items():
            if meaning not in USUAL_NAMES:
                raise ParameterError.of("columns", owner, f"made of {', '.join(USUAL_NAMES)}", meaning)
            if column not in frame.columns:
                raise ParameterError.of("columns", owner, f"columns of the {parameter}", column)
        self._plain: dict[str, list[Any]] = {}
        for name in frame.columns:
            self._plain.setdefault(plain_name(name), []).append(name)

    def find(self, meaning: str) -> pd.Series | None:
        """Return the column that means this, or ``None``.

        Raises:
            ParameterError: two columns could be it (of a symbol and its number, the symbol is taken).
        """
        if meaning in self.named:
            return self.frame[self.named[meaning]]
        found = [name for usual in USUAL_NAMES[meaning] for name in self._plain.get(usual, ())]
        found = [name for name in found if name not in self.named.values()]
        if len(found) > 1 and meaning != "symbol":
            must = f"clear about the {meaning} (say columns={{{meaning!r}: …}})"
            raise ParameterError.of(self.parameter, self.owner, must, ", ".join(map(str, found)))
        return self.frame[found[0]] if found else None

    def when(self) -> pd.Series | pd.Index | None:
        """Return what holds the times, or ``None``: the column that means them, else the index.

        A table written to a file with its index comes back with it as a first column without a name (pandas
        calls it "Unnamed: 0") or called "index": where nothing else tells the time, and it is not of numbers,
        it is that.

        Raises:
            ParameterError: two columns could be it.
        """
        column = self.find("time")
        if column is not None:
            return column
        if isinstance(self.frame.index, pd.DatetimeIndex):
            return self.frame.index
        first = self.frame.iloc[:, 0] if len(self.frame.columns) else None
        if first is None or str(first.name).strip().lower() not in _SAVED_INDEX:
            return None
        return None if pd.api.types.is_numeric_dtype(first.dtype) else first

    def need(self, meaning: str) -> pd.Series:
        """Return the column that means this.

        Raises:
            ParameterError: there is none, or two could be it.
        """
        column = self.find(meaning)
        if column is None:
            must = f"a table with a column for the {meaning} ({', '.join(USUAL_NAMES[meaning])})"
            got = f"columns {', '.join(map(str, self.frame.columns))}" if len(self.frame.columns) else "none"
            raise ParameterError.of(self.parameter, self.owner, must, got)
        return column

    def numbers(self, column: pd.Series) -> Array:
        """Return known finite numbers (Decimal included).

        Raises:
            ParameterError: text, infinity or NaN; the sentence names the row.
        """
        name = f"{self.parameter}[{str(column.name)!r}]"
        if column.dtype == object and all(_is_number(cell) for cell in column):
            column = column.astype(np.float64)
        values = numbers(column, name, self.owner)
        unknown = np.isnan(values)
        if unknown.any():
            raise ParameterError.of(name, self.owner, "known in every row", f"NaN in row {unknown.argmax()}")
        return values

    def times(self, column: pd.Series | pd.Index) -> pd.DatetimeIndex:
        """Return known times, in the zone they are given in; naive ones stay naive.

        Raises:
            ParameterError: a time is missing, or is a number (its unit would be a guess).
            DataProcessingError: text that is not an ISO 8601 time.
        """
        name = f"{self.parameter}[{str(column.name)!r}]" if column.name is not None else self.parameter
        times = read_times(column, name, self.owner)
        if times.hasnans:
            row = int(np.argmax(times.isna()))
            raise ParameterError.of(name, self.owner, "known in every row", f"a missing time in row {row}")
        return times

    def signs(self, column: pd.Series) -> Array:
        """Return +1 for bought and -1 for sold.

        Raises:
            ParameterError: a word that is neither.
        """
        codes, words = pd.factorize(column, use_na_sentinel=False)
        plain = [str(word).strip().lower().replace(" ", "_") for word in words]
        for word, shown in zip(plain, words, strict=True):
            if word not in _BUYS and word not in _SELLS:
                name = f"{self.parameter}[{str(column.name)!r}]"
                raise ParameterError.of(name, self.owner, "buy or sell (long or short, +1 or -1)", shown)
        signs: Array = np.array([1.0 if word in _BUYS else -1.0 for word in plain])[codes]
        return signs


def read_times(column: pd.Series | pd.Index, name: str, owner: str) -> pd.DatetimeIndex:
    """Return a column as times; aware ones in their zone (of several zones: UTC), naive ones naive, NaT kept."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return pd.DatetimeIndex(column)
    if pd.api.types.is_numeric_dtype(column.dtype):
        raise ParameterError.of(name, owner, "times (convert numbers with pandas.to_datetime)", column.dtype)
    cells = pd.Series(column.astype(object).to_numpy(), dtype=object)
    for utc in (False, True):
        try:
            read = pd.to_datetime(cells, format="ISO8601", utc=utc)
        except (ValueError, TypeError, OverflowError):
            continue
        if pd.api.types.is_datetime64_any_dtype(read.dtype):
            return pd.DatetimeIndex(read)
    shown = next((cell for cell in cells if not _readable(cell)), cells.iloc[0])
    raise DataProcessingError(f"The times {name} of {owner} must be ISO 8601 text. Got {shown!r} instead.")


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (Decimal, int, float, np.integer, np.floating)) and not isinstance(cell, bool)


def _readable(cell: Any) -> bool:
    try:
        pd.to_datetime(pd.Series([cell], dtype=object), format="ISO8601", utc=True)
    except (ValueError, TypeError, OverflowError):
        return False
    return True
