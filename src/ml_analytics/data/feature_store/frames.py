"""Tables of pandas, polars or Arrow in; columns as Arrow; the same kind of table out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.frames import to_pandas

from ..zones import read_cells
from .keys import key_column, mixed_keys
from .kinds import PANDAS
from .times import Times, microseconds, names_no_zone


class InputFrame:
    """A caller's table: its columns by name, and what it becomes with more of them."""

    def __init__(self, table: Any, parameter: str, owner: str, index: Sequence[str] = ()) -> None:
        self._owner = owner
        self._parameter = parameter
        native = getattr(table, "to_native", None)
        self.native = native() if native is not None else table
        if isinstance(self.native, (list, dict)):
            self.native = to_pandas(self.native, parameter, owner)
        if isinstance(self.native, pd.DataFrame):
            # Columns that stand in the index are found too, so that a table by time can be written as it is.
            inside = [name for name in self.native.index.names if name in index and name not in self.native]
            self._read: Any = self.native.reset_index(inside) if inside else self.native
            names = list(self._read.columns)
        else:
            try:
                self._read = nw.from_native(self.native, eager_only=True)
            except TypeError as error:
                shown = type(table).__name__
                raise ParameterError.of(parameter, owner, "a pandas, polars or Arrow table", shown) from error
            names = list(self._read.columns)
        # A column whose name is no text is none of a view's, and is not to be taken for one.
        self.names = [name if isinstance(name, str) else f"<{name!r}>" for name in names]
        twice = sorted({name for name in self.names if self.names.count(name) > 1})
        if twice:
            raise DataProcessingError(
                f"The column '{twice[0]}' of {owner} stands twice; names must be unique."
            )
        self.rows = len(self._read)

    def require(self, names: Sequence[str]) -> None:
        """Refuse a table that lacks a column.

        Raises:
            DataProcessingError: names the columns that are absent.
        """
        absent = [name for name in names if name not in self.names]
        if absent:
            raise DataProcessingError(
                f"The '{self._parameter}' parameter of {self._owner} must have the columns "
                f"{', '.join(names)}. It lacks {', '.join(absent)}."
            )

    def column(self, name: str) -> pa.Array:
        """Return a column.

        Raises:
            DataProcessingError: it holds values of different kinds.
        """
        try:
            if isinstance(self._read, pd.DataFrame):
                made = pa.Array.from_pandas(self._read[name])
            else:
                made = self._read[name].to_arrow()
        except UnicodeEncodeError as error:
            raise DataProcessingError(
                f"{self.shown(name)} must hold text without lone surrogates."
            ) from error
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError) as error:
            raise DataProcessingError(f"{self.shown(name)} must hold values of one kind: {error}.") from error
        return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made

    def keys(self, name: str) -> pa.Array:
        """Return a column of entity keys: int64 or text."""
        try:
            column = self.column(name)
        except DataProcessingError as error:
            if isinstance(error.__cause__, UnicodeEncodeError):
                raise
            return mixed_keys(list(self._read[name]), self.shown(name))
        return key_column(column, self.shown(name))

    def times(self, name: str, *, up: bool) -> Times:
        """Return a column of times as numbers."""
        column, naive = self.dated(name)
        read = microseconds(column, up=up, shown=self.shown(name))
        return read._replace(naive=naive or read.naive)

    def dated(self, name: str) -> tuple[pa.Array, bool]:
        """Return a column that should hold times, and whether any of them names no zone (of texts it is not told).

        Arrow takes the first cell's kind for that of all: beside a date it would cut times off, beside a time
        without a zone it would forget those of the others.
        """
        cells = self._read[name]
        if isinstance(self._read, pd.DataFrame) and cells.dtype == object:
            known = cells.dropna()
            if len(known) and known.map(lambda cell: isinstance(cell, date)).all():
                times, naive = read_cells(cells)
                if np.count_nonzero(times.notna()) == len(known):
                    return pa.Array.from_pandas(times.to_series()), bool(naive.any())
        column = self.column(name)
        return column, names_no_zone(column)

    def shown(self, name: str) -> str:
        """Name a column in a sentence."""
        return f"The column '{name}' of {self._owner}"

    def with_columns(self, columns: Mapping[str, pa.Array]) -> Any:
        """Return the caller's table, unchanged, with more columns at its right."""
        table = pa.table(dict(columns))
        if isinstance(self.native, pd.DataFrame):
            more = table.to_pandas(types_mapper=PANDAS.get)
            more.index = self.native.index
            return pd.concat([self.native, more], axis=1)
        frame = nw.from_native(self.native, eager_only=True)
        more = nw.from_arrow(table, backend=frame.implementation)
        return nw.concat([frame, more], how="horizontal").to_native()

    def documents(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        """Return rows as mappings of plain values, for quarantine."""
        if isinstance(self._read, pd.DataFrame):
            found = self._read.iloc[list(rows)].astype(object).to_dict("records")
        else:
            found = [self._read.row(row) for row in rows]
            found = [dict(zip(self.names, one, strict=True)) for one in found]
        return [{str(name): _plain(value) for name, value in one.items()} for one in found]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, bool | int):
        return value if abs(value) < 1 << 63 else str(value)
    if isinstance(value, float) and abs(value) != float("inf"):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):
        return _plain(value.item())
    text = str(value)
    return repr(text) if "\x00" in text or not text.isprintable() else text
