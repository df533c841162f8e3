"""PostgreSQL's binary arrays out of Arrow columns: what psycopg binds, without a Python object per value.

The format: number of dimensions, has-nulls flag, kind of the elements, length, lower bound; then each element
as its length and its bytes, a null as the length -1. All numbers are big-endian.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.pq import Format

_EPOCH = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000
# Arrow's type -> the element's kind, the array's kind, its name.
KINDS = {
    pa.string(): (25, 1009, "text"),
    pa.float64(): (701, 1022, "float8"),
    pa.int64(): (20, 1016, "int8"),
    pa.timestamp("us", "UTC"): (1184, 1185, "timestamptz"),
}


class BinaryArray:
    """A column in PostgreSQL's binary form."""

    def __init__(self, array: pa.Array) -> None:
        self.data = _encoded(array)


def _array_class(oid: int) -> tuple[type[BinaryArray], type[Dumper]]:
    kind = type(f"BinaryArray{oid}", (BinaryArray,), {})
    dump = {"oid": oid, "format": Format.BINARY, "dump": lambda _self, array: array.data}
    return kind, type(f"Dumper{oid}", (Dumper,), dump)


_CLASSES = {kind: _array_class(oids[1]) for kind, oids in KINDS.items()}


def register(adapters: AdaptersMap) -> None:
    """Let a cursor bind what :func:`binary` returns."""
    for kind, dumper in _CLASSES.values():
        adapters.register_dumper(kind, dumper)


def binary(array: pa.Array) -> BinaryArray:
    """Return a column for binding; text, float64, int64 or time."""
    return _CLASSES[array.type][0](array)


def _encoded(array: pa.Array) -> bytes:
    head = np.array([1, int(array.null_count > 0), KINDS[array.type][0], len(array), 1], ">i4")
    body = _texts(array) if array.type == pa.string() else _numbers(array)
    return head.tobytes() + body.tobytes()


def _numbers(array: pa.Array) -> np.ndarray[Any, Any]:
    given = np.asarray(array.is_valid())
    elements = np.empty(
        len(array), [("length", ">i4"), ("value", ">f8" if array.type == pa.float64() else ">i8")]
    )
    if array.type == pa.float64():
        values = array.fill_null(0.0).to_numpy(zero_copy_only=False)
    else:
        values = array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        if array.type != pa.int64():
            values = values - _EPOCH
    elements["length"] = 8
    elements["value"] = values
    if given.all():
        return elements.view(np.uint8)
    elements["length"][~given] = -1
    spread = elements.view(np.uint8).reshape(len(array), 12)
    kept = np.ones(spread.shape, bool)
    kept[~given, 4:] = False
    return spread[kept]


def _texts(array: pa.Array) -> np.ndarray[Any, Any]:
    count = len(array)
    array = array.fill_null("") if array.null_count == 0 else array
    given = np.asarray(array.is_valid())
    filled = array.fill_null("")
    offsets = np.frombuffer(filled.buffers()[1], np.int32)[filled.offset : filled.offset + count + 1]
    lengths = np.diff(offsets)
    data = filled.buffers()[2]
    text = (
        np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]] if data is not None else np.empty(0, np.uint8)
    )
    places = (offsets[:-1] - offsets[0] + 4 * np.arange(count))[:, None] + np.arange(4)
    made = np.empty(len(text) + 4 * count, np.uint8)
    shown = np.where(given, lengths, -1).astype(">i4")
    made[places] = shown.view(np.uint8).reshape(count, 4)
    is_text = np.ones(len(made), bool)
    is_text[places] = False
    made[is_text] = text
    return made
