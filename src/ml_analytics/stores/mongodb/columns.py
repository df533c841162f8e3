"""A batch of BSON documents as columns, without a Python object per value.

Documents of one shape (the same fields in the same order) are walked together: where each field begins is an
array with one place per document, and one NumPy call reads a field of all of them. See https://bsonspec.org.
"""

from __future__ import annotations

import struct
from typing import Any

import bson
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..document_frame import EXACT, FrameBuilder, Mask, Piece, Rows, as_objects
from .codec import CODEC
from .layout import OURS

Bytes = npt.NDArray[np.uint8]

END, DOUBLE, TEXT, MAPPING, LIST, TRUTH, DATE, NULL, INT32, INT64 = 0, 1, 2, 3, 4, 8, 9, 10, 16, 18
_MOST_SHAPES = 8  # in one batch; the documents of further ones are decoded one by one
_FEWEST = 16  # below that, walking costs more than it saves
_LONGEST_NAME = 250
_size = struct.Struct("<i").unpack_from
_FIXED = np.full(256, -1, dtype=np.int64)  # bytes of a value; -1: it says so itself, or is not for us
_FIXED[[DOUBLE, TRUTH, DATE, NULL, INT32, INT64]] = [8, 1, 8, 0, 4, 8]


class Field:
    """One field of some documents: the kind of each value, and where it begins."""

    def __init__(self, name: str, kinds: Bytes, at: Rows) -> None:
        self.name = name
        self.kinds = kinds
        self.at = at

    def of(self, which: Mask) -> Field:
        """Return the field of some of them."""
        return Field(self.name, self.kinds[which], self.at[which])


def add_batch(builder: FrameBuilder, batch: bytes) -> bytes:
    """Add the documents of the most frequent shapes; return those that are left, as they are."""
    starts = _starts(batch)
    data = _Data(batch)
    left: list[Rows] = []
    for _ in range(_MOST_SHAPES):
        if len(starts) < _FEWEST:
            break
        fields, alike = data.walk(starts)
        if not _add(builder, data, fields):
            left.append(starts[alike])
        starts = starts[~alike]
    return _cut(batch, np.sort(np.concatenate([*left, starts])))


def _add(builder: FrameBuilder, data: _Data, fields: list[Field]) -> bool:
    """Add documents of one shape; say whether they could be."""
    named = {field.name: field for field in fields}
    if not {"_id", "time"} <= named.keys() or "_escaped" in named or len(named) < len(fields):
        return False
    ids, times, low = named.pop("_id"), named.pop("time"), named.get("_us")
    if (ids.kinds != TEXT).any() or (times.kinds != DATE).any():
        return False
    if low is not None and (low.kinds != INT32).any():
        return False
    microseconds = data.whole(times.at, 8) * 1000
    if low is not None:
        microseconds += data.whole(low.at, 4)
    try:
        columns = {name: data.piece(field) for name, field in named.items() if name not in OURS}
        builder.add_columns(data.texts(ids.at), microseconds, columns)
    except pa.ArrowInvalid:  # a text that is not UTF-8: the decoder will say so
        return False
    return True


class _Data:
    """The bytes of a batch, and how values are read from many places in them at once."""

    def __init__(self, batch: bytes) -> None:
        self._batch = batch
        # Some room behind, so that a look beyond the last document stays inside.
        self._bytes: Bytes = np.frombuffer(batch + bytes(_LONGEST_NAME + 16), dtype=np.uint8)

    def walk(self, starts: Rows, *, inside: bool = False) -> tuple[list[Field], Mask]:
        """Walk all documents that have the shape of the first; return their fields and which they are.

        No fields, and the first alone, when it holds something that is not for us: a kind of value that we do
        not write (``inside`` a document also a date), or a very long name.
        """
        alike = np.ones(len(starts), dtype=bool)
        at = starts + 4
        fields: list[Field] = []
        while name := self._name(int(at[0])):
            kinds, values = self._bytes[at], at + len(name) + 1
            sizes = self._sizes(kinds, values)
            alike &= (sizes >= 0) & self._same(at + 1, name)
            if inside or name != b"time\0":
                alike &= kinds != DATE
            if len(name) > _LONGEST_NAME or not alike[0]:
                return [], np.arange(len(starts)) == 0
            fields.append(Field(name[:-1].decode(), kinds, values))
            # Those that left the others stand still at a place that can be looked at.
            at = np.where(alike, values + sizes, starts)
        alike &= self._bytes[at] == END
        return (fields if alike.all() else [one.of(alike) for one in fields]), alike

    def _name(self, at: int) -> bytes:
        """Return the name of the field there with its final zero; nothing at the end of the document."""
        return b"" if self._batch[at] == END else self._batch[at + 1 : self._batch.index(0, at + 1) + 1]

    def _same(self, at: Rows, name: bytes) -> Mask:
        # NumPy's byte texts end at the zero that ends a name.
        found: Mask = self._window(at, len(name)).view(f"S{len(name)}").ravel() == name[:-1]
        return found

    def _window(self, at: Rows, size: int) -> Bytes:
        view = np.lib.stride_tricks.sliding_window_view(self._bytes, size)
        return view[np.minimum(at, len(view) - 1)]

    def _sizes(self, kinds: Bytes, at: Rows) -> Rows:
        sizes = _FIXED[kinds]
        for kind, more in ((TEXT, 4), (MAPPING, 0), (LIST, 0)):
            which = kinds == kind
            if which.any():
                sizes[which] = self.whole(at[which], 4) + more
        return sizes

    def whole(self, at: Rows, size: int) -> Rows:
        """Return the whole numbers of 4 or 8 bytes at these places."""
        numbers: Rows = self._window(at, size).view(f"<i{size}").ravel().astype(np.int64)
        return numbers

    def doubles(self, at: Rows) -> npt.NDArray[np.float64]:
        """Return the fractions at these places."""
        return self._window(at, 8).view("<f8").ravel().astype(np.float64)

    def texts(self, at: Rows, null: Mask | None = None) -> pa.Array:
        """Return the texts at these places; where ``null``, there is none."""
        lengths = self.whole(at, 4) - 1
        if null is not None:
            lengths[null] = 0
        ends = np.concatenate(([0], np.cumsum(lengths)))
        inside = np.repeat(at + 4 - ends[:-1], lengths) + np.arange(ends[-1])
        validity = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little").tobytes())
        buffers = [validity, pa.py_buffer(ends.astype(np.int64)), pa.py_buffer(self._bytes[inside])]
        made = pa.Array.from_buffers(pa.large_string(), len(at), buffers)
        made.validate(full=True)  # a driver may have written what is not UTF-8
        return made

    def piece(self, field: Field) -> Piece:
        """Return the field as a piece of a column."""
        kinds, at = field.kinds, field.at
        there = set(np.unique(kinds).tolist()) - {NULL}
        null = kinds == NULL if (kinds == NULL).any() else None
        if not there:
            return Piece("nothing", np.empty(len(at), dtype=object), null)
        if there == {TEXT}:
            return Piece("texts", self.texts(at, null), null)
        if there == {TRUTH}:
            return Piece("truths", (self._bytes[at] != 0) & (kinds == TRUTH), null)
        if there <= {INT32, INT64}:
            return Piece("integers", self._integers(kinds, at), null)
        if there <= {DOUBLE, INT32, INT64}:
            found = self._numbers(kinds, at, null)
            if found is not None:
                return found
        return Piece("objects", self._objects(kinds, at))

    def _integers(self, kinds: Bytes, at: Rows) -> Rows:
        values = np.zeros(len(at), dtype=np.int64)
        for kind, size in ((INT32, 4), (INT64, 8)):
            which = kinds == kind
            if which.any():
                values[which] = self.whole(at[which], size)
        return values

    def _numbers(self, kinds: Bytes, at: Rows, null: Mask | None) -> Piece | None:
        whole = (kinds == INT32) | (kinds == INT64)
        if not whole.any() and null is None:
            return Piece("floats", self.doubles(at))
        integers = self._integers(kinds, at)
        if np.abs(integers).max() > EXACT or integers.min() < -EXACT:
            return None
        values = integers.astype(np.float64)
        double = kinds == DOUBLE
        values[double] = self.doubles(at[double])
        if null is not None:
            values[null] = np.nan
        return Piece("floats", values, null, whole if whole.any() else None)

    def _objects(self, kinds: Bytes, at: Rows) -> npt.NDArray[np.object_]:
        made = np.empty(len(at), dtype=object)
        for kind in np.unique(kinds).tolist():
            if kind == NULL:
                continue
            which = np.flatnonzero(kinds == kind)
            made[which] = self._values(kind, at[which])
        return made

    def _nested(self, kind: int, at: Rows) -> npt.NDArray[np.object_]:
        """Return the lists or mappings at these places, walked as the documents are."""
        made = np.empty(len(at), dtype=object)
        left = np.arange(len(at))
        for _ in range(_MOST_SHAPES):
            if len(left) < _FEWEST:
                break
            fields, alike = self.walk(at[left], inside=True)
            if fields:
                rows = zip(*(self.piece(field).objects().tolist() for field in fields), strict=True)
                names = [field.name for field in fields]
                whole = (
                    map(list, rows) if kind == LIST else (dict(zip(names, row, strict=True)) for row in rows)
                )
                made[left[alike]] = as_objects(whole, int(alike.sum()))
            else:
                made[left[alike]] = self._decoded(kind, at[left[alike]])
            left = left[~alike]
        if len(left):
            made[left] = self._decoded(kind, at[left])
        return made

    def _decoded(self, kind: int, at: Rows) -> npt.NDArray[np.object_]:
        found = bson.decode_all(_cut(self._batch, at), CODEC)
        if kind == MAPPING:
            return as_objects(found, len(found))
        # A list is written as a mapping from "0", "1", … to the values.
        return as_objects((list(one.values()) for one in found), len(found))

    def _values(self, kind: int, at: Rows) -> Any:
        if kind in (MAPPING, LIST):
            return self._nested(kind, at)
        if kind == TEXT:
            return list(self.texts(at).to_pylist())
        if kind == DOUBLE:
            return list(self.doubles(at).tolist())
        if kind == TRUTH:
            return [bool(value) for value in self._bytes[at].tolist()]
        return list(self.whole(at, 4 if kind == INT32 else 8).tolist())


def _starts(batch: bytes) -> Rows:
    starts = []
    at, end = 0, len(batch)
    while at < end:
        starts.append(at)
        at += _size(batch, at)[0]
    return np.array(starts, dtype=np.int64)


def _cut(batch: bytes, starts: Rows) -> bytes:
    """Return the documents that begin at these places."""
    return b"".join(batch[at : at + _size(batch, at)[0]] for at in starts.tolist())
