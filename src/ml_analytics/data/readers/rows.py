"""Rows of Python values (JSON, Excel, MongoDB) as tables whose column types fit every row.

A column's type is found from all values first, so that a table made of a part of the rows has the same
types as one made of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from .frames import EXACT, json_text

Row: TypeAlias = Mapping[str, Any]
BATCH = 10_000
_TEXT_DTYPE = pd.Series(["x"]).dtype  # ``str`` since pandas 3, ``object`` before
_NONE = type(None)


@dataclass
class _Kind:
    types: set[type] = field(default_factory=set)
    missing: bool = False
    inexact: bool = False  # a whole number without a float of the same value
    zones: set[bool] = field(default_factory=set)  # aware, naive


@dataclass
class ColumnTypes:
    """What has been seen of each column, in the order in which columns first appeared."""

    rows: int = 0
    _kinds: dict[str, _Kind] = field(default_factory=dict)

    def observe(self, rows: Sequence[Row]) -> None:
        """Take note of some rows."""
        names: dict[str, None] = {}
        for row in rows:
            names.update(dict.fromkeys(row))
        for name in names:
            if name not in self._kinds:
                self._kinds[name] = _Kind(missing=self.rows > 0)
        for name, kind in self._kinds.items():
            values = [row.get(name) for row in rows]
            types = set(map(type, values))
            if _NONE in types:
                kind.missing = True
                types.discard(_NONE)
            kind.types |= types
            if int in types and not kind.inexact:
                kind.inexact = any(type(value) is int and abs(value) > EXACT for value in values)
            for one in types:
                if issubclass(one, datetime):
                    kind.zones |= {value.tzinfo is not None for value in values if type(value) is one}
        self.rows += len(rows)

    def frame(self, rows: Sequence[Row]) -> pd.DataFrame:
        """Return these rows as a pandas frame; a key that a row lacks is a missing value."""
        index = pd.RangeIndex(len(rows))
        columns = {
            name: _column([row.get(name) for row in rows], kind, index) for name, kind in self._kinds.items()
        }
        return pd.DataFrame(columns, index=index)

    def table(self, rows: Sequence[Row]) -> pa.Table:
        """Return these rows as an Arrow table; columns of several types or of objects are JSON text."""
        columns = [_array([row.get(name) for row in rows], kind) for name, kind in self._kinds.items()]
        if not columns:
            return pa.table({})
        return pa.table(columns, names=list(self._kinds))


def table_of(rows: Sequence[Row], *, arrow: bool) -> pa.Table | pd.DataFrame:
    """Return all rows as one table."""
    types = ColumnTypes()
    types.observe(rows)
    return types.table(rows) if arrow else types.frame(rows)


def tables_of(
    read: Callable[[], Iterable[Row]], rows: int, *, arrow: bool
) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield tables of ``rows`` rows with the same types; ``read`` is called twice, first to find the types."""
    types = ColumnTypes()
    for batch in batched(read(), min(rows, BATCH)):
        types.observe(batch)
    for batch in batched(read(), rows):
        yield types.table(batch) if arrow else types.frame(batch)


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield lists of ``size`` rows, the last may be shorter."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def _column(values: list[Any], kind: _Kind, index: pd.Index) -> pd.Series:
    types = kind.types
    if types == {bool} and not kind.missing:
        return pd.Series(values, index, dtype=bool)
    if types == {int}:
        if not kind.missing:
            return pd.Series(values, index, dtype=np.int64)
        return pd.Series(values, index, dtype=pd.Int64Dtype() if kind.inexact else np.float64)
    if types in ({float}, {int, float}) and not kind.inexact:
        return pd.Series(values, index, dtype=np.float64)
    if types == {str}:
        return pd.Series(values, index, dtype=_TEXT_DTYPE)
    if types and all(issubclass(one, datetime) for one in types) and len(kind.zones) == 1:
        times = pd.to_datetime(pd.Series(values, index, dtype=object), utc=kind.zones == {True})
        return times.dt.as_unit("us")
    return pd.Series(values, index, dtype=object)


_ARROW: dict[type, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    bytes: pa.binary(),
    date: pa.date32(),
}


def _array(values: list[Any], kind: _Kind) -> pa.Array:
    types = kind.types
    if not types:
        return pa.nulls(len(values))
    if len(types) == 1 and (one := next(iter(types))) in _ARROW:
        return pa.array(values, _ARROW[one])
    if types == {int, float} and not kind.inexact:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if all(issubclass(one, datetime) for one in types) and len(kind.zones) == 1:
        return pa.array(values, pa.timestamp("us", tz="UTC" if kind.zones == {True} else None))
    return pa.array([json_text(value) for value in values], pa.string())
