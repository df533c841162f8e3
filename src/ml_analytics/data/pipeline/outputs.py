"""Outputs of steps as bytes and back: tables as Arrow, arrays as .npy, the rest as JSON; nothing is pickled."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ml_analytics.core.errors import DataProcessingError, IntegrityError
from ml_analytics.core.optional import require

_HEAD = 64  # bytes, so that what follows is aligned
_JSON_COLUMNS = b"ml_analytics.json"
_SERIES = b"ml_analytics.series"
_AS_IS = ("string", "bytes", "date", "decimal", "time", "boolean", "empty", "datetime", "timedelta")


@dataclass(frozen=True, slots=True)
class Output:
    """One encoded value: ``kind`` (pandas, series, polars, arrow, array, bytes, json), its bytes, its rows."""

    kind: str
    data: bytes
    rows: int | None = None


def encode(value: Any) -> Output:
    """Return the bytes of ``value``.

    Raises:
        DataProcessingError: the value has no form without a pickle.
    """
    if isinstance(value, pd.DataFrame):
        return _output("pandas", _ipc(_arrow(value)), len(value))
    if isinstance(value, pd.Series):
        table = _arrow(value.to_frame("" if value.name is None else value.name))
        marked = {**(table.schema.metadata or {}), _SERIES: b"" if value.name is None else b"named"}
        return _output("series", _ipc(table.replace_schema_metadata(marked)), len(value))
    if isinstance(value, pa.Table):
        return _output("arrow", _ipc(value), len(value))
    if (
        type(value).__module__.startswith("polars")
        and hasattr(value, "to_arrow")
        and hasattr(value, "columns")
    ):
        return _output("polars", _ipc(value.to_arrow()), len(value))
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            raise DataProcessingError("An array of objects has no safe form; return a table or a list.")
        file = io.BytesIO()
        np.save(file, value, allow_pickle=False)
        return _output("array", file.getvalue(), len(value) if value.ndim else None)
    if isinstance(value, (bytes, bytearray)):
        return _output("bytes", bytes(value), None)
    return _output("json", _json(value).encode(), None)


def decode(data: bytes) -> Any:
    """Return the value of :func:`encode`'s bytes: always a new object.

    Raises:
        IntegrityError: the bytes are of no known kind.
    """
    head, body = data[:_HEAD].rstrip(b" "), memoryview(data)[_HEAD:]
    kind = head.removeprefix(b"ml_analytics step output 1 ").decode("ascii", "replace")
    if kind == "json":
        return json.loads(bytes(body))
    if kind == "bytes":
        return bytes(body)
    if kind == "array":
        return np.load(io.BytesIO(body), allow_pickle=False)
    if kind not in ("pandas", "series", "polars", "arrow"):
        raise IntegrityError("The kept output of a step is of no known kind.")
    with pa.ipc.open_stream(pa.py_buffer(body)) as reader:
        table = reader.read_all()
    if kind == "arrow":
        return table
    if kind == "polars":
        return require("polars", "polars", "Polars frames").from_arrow(table)
    frame = _pandas(table)
    if kind == "pandas":
        return frame
    series = frame.iloc[:, 0]
    return series if (table.schema.metadata or {})[_SERIES] else series.rename(None)


def is_table(value: Any) -> bool:
    """Say whether a value inside a mapping asks for a part of its own."""
    return isinstance(value, (pd.DataFrame, pd.Series, pa.Table, np.ndarray, bytes)) or type(
        value
    ).__module__.startswith("polars")


def has_parts(value: Any) -> bool:
    """Say whether a value is a mapping of names to tables (say ``train`` and ``test``)."""
    return (
        isinstance(value, Mapping)
        and any(map(is_table, value.values()))
        and all(isinstance(name, str) for name in value)
    )


def _output(kind: str, body: bytes, rows: int | None) -> Output:
    # The head makes these bytes no one else's: an artifact is known by its content.
    return Output(kind, f"ml_analytics step output 1 {kind}".encode().ljust(_HEAD) + body, rows)


def _ipc(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table.combine_chunks())
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _arrow(frame: pd.DataFrame) -> pa.Table:
    nested = [
        position
        for position in range(frame.shape[1])
        if pd.api.types.is_object_dtype(frame.dtypes.iloc[position])
        and pd.api.types.infer_dtype(frame.iloc[:, position], skipna=True) not in _AS_IS
    ]
    if nested:
        frame = frame.copy(deep=False)
        for position in nested:
            texts = [None if _missing(cell) else _json(cell) for cell in frame.iloc[:, position]]
            frame.isetitem(position, _objects(texts))
    try:
        table = pa.Table.from_pandas(frame)
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise DataProcessingError(
            f"The table has a column without a form in Arrow: {' '.join(str(error).split())[:160]}."
        ) from error
    note = {**(table.schema.metadata or {}), _JSON_COLUMNS: json.dumps(nested).encode()}
    return table.replace_schema_metadata(note)


def _pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    for position in json.loads((table.schema.metadata or {}).get(_JSON_COLUMNS, b"[]")):
        cells = [None if _missing(cell) else json.loads(cell) for cell in frame.iloc[:, position]]
        frame.isetitem(position, _objects(cells))
    return frame


def _objects(cells: list[Any]) -> np.ndarray:
    """Return an array of objects; NumPy alone would make lists of one length a second dimension."""
    made = np.empty(len(cells), dtype=object)
    for position, cell in enumerate(cells):
        made[position] = cell
    return made


def _missing(cell: Any) -> bool:
    return (
        cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and bool(np.isnan(cell)))
    )


def _json(value: Any) -> str:
    try:
        written = json.dumps(value, default=_scalar, ensure_ascii=True)
        json.loads(written)
    except (TypeError, ValueError, RecursionError) as error:
        raise DataProcessingError(
            f"A value of the type {type(value).__name__} has no safe form; "
            "return a table, an array, bytes or JSON values."
        ) from error
    if not _keys_are_text(value):
        raise DataProcessingError("A mapping with keys that are no text has no safe form; make them text.")
    return written


def _scalar(value: Any) -> Any:
    if isinstance(value, (np.bool_, np.integer, np.floating)):
        return value.item()
    raise TypeError(type(value).__name__)


def _keys_are_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _keys_are_text(one) for key, one in value.items())
    return all(map(_keys_are_text, value)) if isinstance(value, (list, tuple)) else True
