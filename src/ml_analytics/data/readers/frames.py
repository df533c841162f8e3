"""What readers give (Arrow tables, pandas frames) in the library that the caller asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.canonical import canonical_json
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.frames import Table
from ml_analytics.core.optional import require

Output: TypeAlias = Literal["pandas", "polars", "arrow"]
OUTPUTS: tuple[Output, ...] = ("pandas", "polars", "arrow")
EXACT = 2**53
"""Whole numbers up to here have a 64-bit float of the same value; the next one has not."""

_NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype()}


def to_output(value: pa.Table | pd.DataFrame, output: Output, first: int = 0) -> Table:
    """Return ``value`` as a frame of ``output``; ``first`` is the number of its first row.

    A plain row number counts on from ``first`` in pandas. In Arrow and polars a column that holds several
    types, or objects, is JSON text: their columns have one type.
    """
    if output == "pandas":
        frame = value if isinstance(value, pd.DataFrame) else to_frame(value)
        if first and isinstance(frame.index, pd.RangeIndex):
            frame.index = pd.RangeIndex(first, first + len(frame))
        return frame
    table = (value if isinstance(value, pa.Table) else to_arrow(value)).replace_schema_metadata(None)
    if output == "arrow":
        return table
    return require("polars", "polars", "Polars frames").from_arrow(table)


def require_output(output: object, owner: str) -> Output:
    """Return ``output`` when it is one of :data:`OUTPUTS`; ``None`` means pandas.

    Raises:
        ParameterError: it is not.
    """
    if output is None:
        return "pandas"
    for known in OUTPUTS:
        if output == known:
            return known
    raise ParameterError.of("output", owner, f"one of {', '.join(OUTPUTS)}", output)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return a pandas frame; dates become times, and no whole number is rounded.

    A column of whole numbers with missing cells is float64, but Int64 when one of them has no float of the
    same value. A stored pandas index comes back.
    """
    frame = _pandas(table)
    for position, field in enumerate(table.schema):
        column = table.column(position)
        if field.type in _NULLABLE and column.null_count and field.name in frame.columns and _rounds(column):
            frame[field.name] = column.to_pandas(types_mapper=_NULLABLE.get).array
    return frame


def _pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame
    try:
        frame = table.to_pandas(date_as_object=False)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # a damaged note about the index
        try:
            frame = table.replace_schema_metadata(None).to_pandas(date_as_object=False)
        except (ValueError, TypeError) as error:
            raise DataProcessingError(
                f"The table must be of values that pandas can hold. Got: {' '.join(str(error).split())[:160]}."
            ) from error
    return frame


def _rounds(column: pa.Array | pa.ChunkedArray) -> bool:
    ends = pc.min_max(column)
    return any(abs(end.as_py() or 0) > EXACT for end in (ends["min"], ends["max"]))


def may_have_gaps(kind: pa.DataType) -> bool:
    """Say whether missing values change the pandas type of such a column: whole numbers and truth values."""
    return bool(pa.types.is_integer(kind) or pa.types.is_boolean(kind))


class Gaps:
    """Which columns of a whole file have missing values, so that all its chunks get one pandas type."""

    def __init__(self) -> None:
        self._missing: set[str] = set()
        self._inexact: dict[str, Any] = {}
        self._truth: set[str] = set()

    def observe(self, batch: pa.RecordBatch) -> None:
        """Take note of one batch."""
        for position, field in enumerate(batch.schema):
            if not may_have_gaps(field.type):
                continue
            column = batch.column(position)
            if column.null_count:
                self._missing.add(field.name)
            if pa.types.is_boolean(field.type):
                self._truth.add(field.name)
            elif field.type in _NULLABLE and _rounds(column):
                self._inexact[field.name] = _NULLABLE[field.type]

    def frame(self, table: pa.Table) -> pd.DataFrame:
        """Return a chunk as pandas with the types of the whole."""
        frame = to_frame(table)
        for name in self._missing & set(frame.columns):
            kind = object if name in self._truth else self._inexact.get(name, np.float64)
            frame[name] = frame[name].astype(kind)
        return frame


def nullable_frame(table: pa.Table) -> pd.DataFrame:
    """Return a chunk of a source that can be read once: whole numbers are Int64, truth values boolean.

    Whether a later chunk has a missing value is not known, and all must have one type.
    """
    frame = to_frame(table)
    for field in table.schema:
        if may_have_gaps(field.type) and field.name in frame.columns:
            kind = "boolean" if pa.types.is_boolean(field.type) else _NULLABLE.get(field.type, "Int64")
            frame[field.name] = frame[field.name].astype(kind)
    return frame


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return an Arrow table; columns of several types or of objects become JSON text."""
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    return pa.table([_array(frame.iloc[:, i]) for i in range(frame.shape[1])], names=list(map(str, frame)))


def _array(column: pd.Series) -> pa.Array:
    try:
        made = pa.Array.from_pandas(column)
    except (pa.ArrowException, OverflowError):
        return pa.array([json_text(value) for value in column], pa.string())
    if isinstance(made, pa.ChunkedArray):
        made = made.combine_chunks()
    if pa.types.is_nested(made.type):
        return pa.array([json_text(value) for value in column], pa.string())
    return made


def json_text(value: Any) -> str | None:
    """Return one text for a value: itself when it is text, else JSON in the order it was written."""
    if value is None or isinstance(value, str) or value is pd.NaT or value is pd.NA:
        return value if isinstance(value, str) else None
    if isinstance(value, float) and np.isnan(value):
        return None
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        pass
    try:
        return canonical_json(value)
    except ParameterError:
        return str(value)


def rebatched(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Yield tables of ``rows`` rows (the last may be shorter) from batches of any size."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        while count >= rows:
            table = pa.Table.from_batches(held)
            yield table.slice(0, rows)
            held = table.slice(rows).to_batches()
            count -= rows
    if count:
        yield pa.Table.from_batches(held)
