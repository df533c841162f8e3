"""What a file given to ``report`` holds (returns, prices, fills or trades): told or unmistakable, never guessed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from ..analytics.trades.tables import USUAL_NAMES, read_times
from ..core.errors import DataProcessingError
from ..core.frames import to_pandas
from ..data import DataLoader, load_nasdaq, load_sp500

KINDS = ("returns", "prices", "fills", "trades")
SAMPLES = {"sp500": load_sp500, "nasdaq": load_nasdaq}
"""Benchmarks that come along: daily closes, 1999 to 2018."""
_VALUES = {"returns": ("return", "returns"), "prices": ("adj_close", "close", "price")}


@dataclass(frozen=True)
class Table:
    """A file as read: its table, what it holds, and its name for sentences."""

    frame: pd.DataFrame
    kind: str
    name: str


def read(path: Path, kind: str | None, encoding: str) -> Table:
    """Return the table of a file and what it holds.

    Raises:
        DataProcessingError: it cannot be read, or nobody said what it holds and its columns do not tell.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        frame = to_pandas(DataLoader().load(path, encoding=encoding))
    whole = _with_heads(frame, kind)
    mended = whole is not frame
    frame = _with_time(whole)
    if kind is None:
        kind = _kind(frame, path.name)
    for one in said if not mended else ():  # what was noted of its heads has been mended
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return Table(frame, kind, path.name)


def _kind(frame: pd.DataFrame, name: str) -> str:
    names = {_plain(one) for one in frame.columns}
    quantities = set(USUAL_NAMES["quantity"])
    found = [
        one
        for one, there in (
            ("trades", "pnl" in names),
            ("fills", "price" in names and bool(names & quantities)),
            ("returns", bool(names & {"return", "returns"}) and "pnl" not in names),
        )
        if there
    ]
    if len(found) != 1:
        raise DataProcessingError(
            f"Whether '{name}' holds returns, prices, fills or trades must be said with --kind: its columns "
            f"({', '.join(map(str, frame.columns))}) do not tell."
        )
    return found[0]


def series(table: Table, column: str | None) -> pd.Series:
    """Return the returns of a table of returns or prices, on its times in UTC; numbered where it has none.

    Of prices the change from row to row is taken, and the first row, which has none, is left out.

    Raises:
        DataProcessingError: it holds fills or trades, or which column is meant is not clear, or it holds text.
    """
    if table.kind not in _VALUES:
        raise DataProcessingError(f"'{table.name}' must hold returns or prices here. It holds {table.kind}.")
    frame = table.frame
    times = _times(table)
    value = frame[_value_column(table, column, times)]
    values = pd.to_numeric(value, errors="coerce")
    unread = values.isna() & value.notna()
    if unread.any():
        shown = str(value[unread].iloc[0])
        raise DataProcessingError(
            f"The column '{value.name}' of '{table.name}' must hold numbers. Got '{shown}' instead."
        )
    found = pd.Series(
        values.to_numpy(dtype=np.float64, na_value=np.nan), index=_index(frame, times, table.name)
    )
    if isinstance(found.index, pd.DatetimeIndex):
        found = found.sort_index(kind="stable")
    return _changes(found, table, str(value.name)) if table.kind == "prices" else found


def benchmark(given: str, kind: str | None, column: str | None, encoding: str) -> tuple[str, pd.Series]:
    """Return name and returns of a benchmark: a file, or one of the samples by its name."""
    if given in SAMPLES and not Path(given).exists():
        closes = SAMPLES[given]()["close"]
        return {"sp500": "S&P 500", "nasdaq": "NASDAQ"}[given], closes.pct_change().iloc[1:]
    path = Path(given)
    return path.stem, series(read(path, kind, encoding), column)


def _changes(prices: pd.Series, table: Table, name: str) -> pd.Series:
    if not bool((prices.dropna() > 0).all()):
        raise DataProcessingError(
            f"The prices '{name}' of '{table.name}' must be positive. Got {float(prices.min()):g} instead."
        )
    if len(prices) < 2:
        raise DataProcessingError(f"'{table.name}' must hold at least two prices. Got {len(prices)} instead.")
    return prices.pct_change(fill_method=None).iloc[1:]


def _times(table: Table) -> str | None:
    """Return the column of times, where there is one."""
    plain = {_plain(name): name for name in table.frame.columns}
    found = [str(plain[one]) for one in USUAL_NAMES["time"] if one in plain]
    if len(found) > 1:
        raise DataProcessingError(
            f"'{table.name}' must have one column of times. Got {', '.join(found)} instead."
        )
    return found[0] if found else None


def _value_column(table: Table, column: str | None, times: str | None) -> str:
    names = [name for name in table.frame.columns if name != times]
    if column is not None:
        if column not in names:
            got = ", ".join(map(str, names))
            raise DataProcessingError(
                f"--column must be a column of '{table.name}' ({got}). Got '{column}' instead."
            )
        return column
    plain = {_plain(name): name for name in names}
    for usual in _VALUES[table.kind]:
        if usual in plain:
            return str(plain[usual])
    if len(names) == 1:
        return str(names[0])
    raise DataProcessingError(
        f"Which column of '{table.name}' holds the {table.kind} must be said with --column: "
        f"{', '.join(map(str, names))}."
    )


def _index(frame: pd.DataFrame, times: str | None, name: str) -> pd.Index:
    if times is None:
        return pd.RangeIndex(1, len(frame) + 1)
    read_in = read_times(frame[times], f"in column '{times}'", f"'{name}'")
    if read_in.hasnans:
        row = int(np.argmax(read_in.isna()))
        raise DataProcessingError(f"The times of '{name}' must be known. Row {row + 1} has none.")
    return read_in.tz_localize("UTC") if read_in.tz is None else read_in.tz_convert("UTC")


def _with_heads(frame: pd.DataFrame, kind: str | None) -> pd.DataFrame:
    """Give a file of two columns without heads (a time and a number stand in their place) its heads back."""
    if kind not in _VALUES or frame.shape[1] != 2:
        return frame
    first, second = (str(name) for name in frame.columns)
    try:
        value = float(second)
        datetime.fromisoformat(first)
    except ValueError:
        return frame
    heads = ["time", kind]
    top = pd.DataFrame([[first, value]], columns=heads)
    rest = frame.set_axis(heads, axis=1)
    return pd.concat([top.astype(object), rest.astype(object)], ignore_index=True)


def _with_time(frame: pd.DataFrame) -> pd.DataFrame:
    """Name the index of times that pandas wrote without a name; numbers there are rows, and left out."""
    if isinstance(frame.index, pd.DatetimeIndex):
        return frame.reset_index(names="time")
    if not len(frame.columns):
        return frame
    first = frame.columns[0]
    named = {_plain(name) for name in frame.columns} & set(USUAL_NAMES["time"])
    if named or str(first) not in ("", "Unnamed: 0", "index"):
        return frame
    if pd.api.types.is_numeric_dtype(frame[first].dtype):
        return frame.drop(columns=first)
    return frame.rename(columns={first: "time"})


def _plain(name: object) -> str:
    return str(name).strip().lower().replace(" ", "_").replace("-", "_")
