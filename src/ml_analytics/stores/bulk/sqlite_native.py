"""Large reads from SQLite without a Python object per value.

The C functions are those of the very library that Python's ``sqlite3`` has loaded, found through it: a second
copy of SQLite in one process would break the file locks of the first (a way to corrupt a database that
SQLite documents). Where they cannot be found (a build that hides them), :func:`available` says no.
"""

from __future__ import annotations

import _sqlite3
import contextlib
import ctypes
import sqlite3
from collections.abc import Iterator, Sequence
from ctypes import c_void_p
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

_CALLS = ("step", "column_type", "column_double", "column_int64", "column_text", "column_bytes")
_OTHERS = (
    "open_v2", "close_v2", "prepare_v2", "finalize", "errmsg", "busy_timeout", "bind_text64", "bind_int64",
    "bind_double", "bind_null", "libversion_number",
)  # fmt: skip
_READ_ONLY, _OK, _DONE = 1, 0, 101
_TRANSIENT, _UTF8 = -1, 1
_TEXT_BYTES = 32  # room for a text at first, on average
_INT = ctypes.c_int


@cache
def _library() -> ctypes.CDLL | None:
    file = getattr(_sqlite3, "__file__", None)  # None: built into the interpreter itself
    try:
        library = ctypes.CDLL(file)
        for name in (*_CALLS, *_OTHERS):
            getattr(library, f"sqlite3_{name}")
    except (OSError, AttributeError):
        return None
    major, minor, patch = sqlite3.sqlite_version_info
    if library.sqlite3_libversion_number() != major * 1_000_000 + minor * 1_000 + patch:
        return None
    return _typed(library)


def _typed(library: ctypes.CDLL) -> ctypes.CDLL:
    for name, kinds in {
        "open_v2": [ctypes.c_char_p, c_void_p, _INT, c_void_p],
        "close_v2": [c_void_p],
        "prepare_v2": [c_void_p, ctypes.c_char_p, _INT, c_void_p, c_void_p],
        "finalize": [c_void_p],
        "errmsg": [c_void_p],
        "busy_timeout": [c_void_p, _INT],
        "bind_text64": [c_void_p, _INT, ctypes.c_char_p, ctypes.c_uint64, c_void_p, ctypes.c_ubyte],
        "bind_int64": [c_void_p, _INT, ctypes.c_int64],
        "bind_double": [c_void_p, _INT, ctypes.c_double],
        "bind_null": [c_void_p, _INT],
    }.items():
        getattr(library, f"sqlite3_{name}").argtypes = kinds
    library.sqlite3_errmsg.restype = ctypes.c_char_p
    return library


def available() -> bool:
    """Say whether this Python shows its SQLite's functions."""
    return _library() is not None


def batches(
    file: str, query: str, values: Sequence[Any], schema: pa.Schema, batch_rows: int, wait_seconds: float
) -> Iterator[pa.RecordBatch]:
    """Yield a query's rows on a connection of its own, read-only; all of one moment.

    Args:
        file: the database.
        query: one statement with ``?`` for each of ``values`` (text, numbers or ``None``).
        schema: names; float64, int64 or text, as the columns are in the file.
        batch_rows: rows in a batch.
        wait_seconds: how long to wait for a lock.

    Raises:
        sqlite3.Error: as the standard library's driver.
    """
    with _statement(file, query, values, wait_seconds) as (connection, statement):
        reading = _Reading(statement, schema, batch_rows)
        code = _DONE - 1
        while code != _DONE:
            batch, code = reading.next_batch(connection)
            if batch.num_rows:
                yield batch


@contextlib.contextmanager
def _statement(
    file: str, query: str, values: Sequence[Any], wait_seconds: float
) -> Iterator[tuple[c_void_p, c_void_p]]:
    library = _library()
    if library is None:
        raise sqlite3.NotSupportedError("this build of SQLite shows no functions")
    connection, statement = c_void_p(), c_void_p()
    try:
        code = library.sqlite3_open_v2(file.encode(), ctypes.byref(connection), _READ_ONLY, None)
        _must(code, connection)
        library.sqlite3_busy_timeout(connection, int(wait_seconds * 1000))
        code = library.sqlite3_prepare_v2(connection, query.encode(), -1, ctypes.byref(statement), None)
        _must(code, connection)
        for number, value in enumerate(values, 1):
            _must(_bind(library, statement, number, value), connection)
        yield connection, statement
    finally:
        library.sqlite3_finalize(statement)
        library.sqlite3_close_v2(connection)


def _bind(library: ctypes.CDLL, statement: c_void_p, number: int, value: Any) -> int:
    if value is None:
        code = library.sqlite3_bind_null(statement, number)
    elif isinstance(value, (bool, int)):
        code = library.sqlite3_bind_int64(statement, number, value)
    elif isinstance(value, float):
        code = library.sqlite3_bind_double(statement, number, value)
    else:
        data = str(value).encode()
        code = library.sqlite3_bind_text64(statement, number, data, len(data), _TRANSIENT, _UTF8)
    return int(code)


def _must(code: int, connection: c_void_p) -> None:
    if code == _OK:
        return
    library = _library()
    message = library.sqlite3_errmsg(connection) if library is not None else b""
    raise sqlite3.OperationalError((message or b"unknown error").decode(errors="replace"))


class _Reading:
    """A running statement and the memory of its next batch."""

    def __init__(self, statement: c_void_p, schema: pa.Schema, rows: int) -> None:
        from . import sqlite_kernel

        library = _library()
        self._kernel = sqlite_kernel
        self._statement = statement.value
        self._schema = schema
        self._rows = rows
        self._calls = np.array(
            [ctypes.cast(getattr(library, f"sqlite3_{name}"), c_void_p).value for name in _CALLS], np.int64
        )
        self._kinds = np.array([self._kind(field.type) for field in schema], np.int64)

    def _kind(self, kind: pa.DataType) -> int:
        if pa.types.is_floating(kind):
            return self._kernel.FLOAT
        return self._kernel.WHOLE if pa.types.is_integer(kind) else self._kernel.TEXT

    def next_batch(self, connection: c_void_p) -> tuple[pa.RecordBatch, int]:
        """Return the next rows, maybe none, and SQLite's code after them."""
        kernel, shape = self._kernel, (len(self._kinds), self._rows)
        numbers, missing = np.empty(shape), np.empty(shape, bool)
        offsets = np.zeros((shape[0], shape[1] + 1), np.int32)
        is_text = self._kinds == kernel.TEXT
        texts = [np.empty(self._rows * _TEXT_BYTES if text else 0, np.uint8) for text in is_text]
        row, code, pending = 0, kernel.FULL, False
        while code == kernel.FULL:
            places = np.array([one.ctypes.data for one in texts], np.int64)
            room = np.array([len(one) for one in texts], np.int64)
            row, code, column = kernel.read_rows(
                self._statement,
                self._calls,
                self._kinds,
                numbers,
                missing,
                offsets,
                places,
                room,
                row,
                pending,
            )
            if code == kernel.FULL:
                texts[column], pending = _grown(texts[column]), True
        if code == kernel.MISTYPED:
            name = self._schema.field(column).name
            raise sqlite3.DataError(f"the column '{name}' holds a value of another kind")
        if code not in (kernel.ROW, _DONE):
            _must(code, connection)
        arrays = [
            _array(field.type, numbers[at, :row], missing[at, :row], offsets[at, : row + 1], texts[at])
            for at, field in enumerate(self._schema)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema), code


def _grown(text: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if len(text) > 1 << 30:
        raise sqlite3.DataError("a batch of text is larger than 2 GiB: ask for fewer rows at once")
    larger = np.empty(max(4 * len(text), 1 << 16), np.uint8)
    larger[: len(text)] = text
    return larger


def _array(
    kind: pa.DataType,
    numbers: np.ndarray[Any, Any],
    missing: np.ndarray[Any, Any],
    offsets: np.ndarray[Any, Any],
    text: np.ndarray[Any, Any],
) -> pa.Array:
    mask = missing if missing.any() else None
    if pa.types.is_floating(kind):
        return pa.array(numbers, mask=mask)
    if pa.types.is_integer(kind):
        return pa.array(numbers.view(np.int64), mask=mask)
    valid = None if mask is None else pa.array(~mask).buffers()[1]
    data = pa.py_buffer(text[: offsets[-1]].copy())
    array = pa.StringArray.from_buffers(
        len(missing), pa.py_buffer(offsets.copy()), data, valid, int(missing.sum())
    )
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        raise sqlite3.OperationalError("a text is no UTF-8") from None
    return array
