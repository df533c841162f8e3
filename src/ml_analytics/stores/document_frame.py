"""Documents as a frame: a column per field, put together from pieces of columns, nothing lost.

What a column holds decides its type:

- whole numbers, none missing: ``int64``; numbers, some missing or some fractions: ``float64``, as long as every
  whole number is exact in it (up to 2**53), else ``object``;
- true and false, none missing: ``bool``; texts: pandas' ``str``; missing is NaN;
- everything else (kinds mixed, lists, mappings, whole numbers beyond 64 bits): ``object`` with the values as
  :meth:`find` gives them; missing is ``None``.

``_id`` (``str``) and ``time`` (``datetime64[us, UTC]``) come first and are there even when no document is; the
others come in the order in which their fields first appear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

EXACT = 2**53
"""Up to here every whole number has a float of its own."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Piece:
    """Some rows of one column, all of one kind; ``null`` marks what is missing.

    Kinds: ``integers`` (int64), ``floats`` (float64; ``whole`` marks whole numbers among them, all exact),
    ``truths`` (bool), ``texts`` (a large_string Arrow array), ``nothing`` (only nulls), ``objects``.
    """

    kind: str
    values: Any
    null: Mask | None = None
    whole: Mask | None = None

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def exact(self) -> bool:
        """Say whether every number has a float of its own."""
        if self.kind != "integers" or not len(self):
            return True
        return bool(self.values.max() <= EXACT and self.values.min() >= -EXACT)

    def objects(self) -> npt.NDArray[np.object_]:
        """Return the values as Python objects; missing is ``None``."""
        if self.kind == "objects":
            return np.asarray(self.values, dtype=object)
        made = np.empty(len(self), dtype=object)
        if self.kind == "nothing":
            return made
        made[:] = self.values.to_numpy(zero_copy_only=False) if self.kind == "texts" else self.values.tolist()
        if self.whole is not None:
            made[self.whole] = self.values[self.whole].astype(np.int64).tolist()
        if self.null is not None:
            made[self.null] = None
        return made


def piece_of(values: Sequence[Any]) -> Piece:
    """Return plain JSON values as a piece.

    >>> piece_of([1, 2.5, None]).kind, piece_of([1, "a"]).kind, piece_of([1, 2**64]).kind
    ('floats', 'objects', 'objects')
    """
    kinds = set(map(type, values))
    null = None
    if type(None) in kinds:
        kinds.discard(type(None))
        null = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
    if not kinds:
        return Piece("nothing", np.empty(len(values), dtype=object), null)
    if kinds == {str}:
        return Piece("texts", pa.array(values, type=pa.large_string()), null)
    if kinds == {bool}:
        return Piece("truths", _filled(values, null, False, bool), null)
    if kinds == {float}:
        return Piece("floats", _filled(values, null, np.nan, float), null)
    if kinds == {int} and _fits(values, -(2**63), 2**63 - 1):
        return Piece("integers", _filled(values, null, 0, np.int64), null)
    if kinds == {int, float} and _fits(values, -EXACT, EXACT):
        whole = np.fromiter((type(value) is int for value in values), dtype=bool, count=len(values))
        return Piece("floats", _filled(values, null, np.nan, float), null, whole)
    return Piece("objects", as_objects(values, len(values)))


def _fits(values: Iterable[Any], least: int, most: int) -> bool:
    whole = [value for value in values if type(value) is int]
    return least <= min(whole) and max(whole) <= most


def _filled(values: Sequence[Any], null: Mask | None, filler: Any, dtype: Any) -> npt.NDArray[Any]:
    given = values if null is None else [filler if value is None else value for value in values]
    return np.array(given, dtype=dtype)


def as_objects(values: Iterable[Any], count: int) -> npt.NDArray[np.object_]:
    """Return an array of ``count`` objects; lists among them stay lists."""
    return np.fromiter(values, dtype=object, count=count)


class FrameBuilder:
    """Takes documents chunk by chunk, in any order, and makes the frame.

    >>> builder = FrameBuilder()
    >>> builder.add_documents(["a", "b"], [2_000_000, 1_000_000], [{"x": 1}, {"y": [2]}])
    >>> builder.frame()
      _id                      time     y    x
    0   b 1970-01-01 00:00:01+00:00   [2]  NaN
    1   a 1970-01-01 00:00:02+00:00  None  1.0
    """

    def __init__(self) -> None:
        self._rows = 0
        self._ids: list[pa.Array] = []
        self._times: list[Rows] = []
        self._pieces: dict[str, list[tuple[Rows, Piece]]] = {}
        self._shapes: dict[tuple[str, ...], int] = {}
        self._codes: list[Rows] = []

    def add_documents(
        self, ids: Sequence[str] | pa.Array, times: Sequence[int] | Rows, bodies: Sequence[dict[str, Any]]
    ) -> None:
        """Take documents: their ids, times in microseconds since 1970, and the rest of them."""
        shapes = [tuple(body) for body in bodies]
        known = ids if isinstance(ids, pa.Array) else pa.array(ids, type=pa.large_string())
        rows = self._begin(known.cast(pa.large_string()), np.asarray(times, dtype=np.int64))
        self._codes.append(np.array([self._code(shape) for shape in shapes], dtype=np.int64))
        different = dict.fromkeys(shapes)
        if len(different) == 1 and shapes[0]:
            columns = zip(*(body.values() for body in bodies), strict=True)
            for name, values in zip(shapes[0], columns, strict=True):
                self._pieces.setdefault(name, []).append((rows, piece_of(values)))
            return
        for name in dict.fromkeys(name for shape in different for name in shape):
            having = [number for number, body in enumerate(bodies) if name in body]
            piece = piece_of([bodies[number][name] for number in having])
            self._pieces.setdefault(name, []).append((rows[having], piece))

    def add_rows(self, documents: Iterable[dict[str, Any]]) -> None:
        """Take whole documents, with ``_id`` and ``time`` in them; they are taken apart."""
        bodies = list(documents)
        ids = [body.pop("_id") for body in bodies]
        times = [(body.pop("time") - _EPOCH) // _MICROSECOND for body in bodies]
        self.add_documents(ids, times, bodies)

    def add_columns(self, ids: pa.Array, times: Rows, columns: dict[str, Piece]) -> None:
        """Take documents that all have the same fields in the same order, as columns."""
        rows = self._begin(ids, times)
        self._codes.append(np.full(len(rows), self._code(tuple(columns)), dtype=np.int64))
        for name, piece in columns.items():
            self._pieces.setdefault(name, []).append((rows, piece))

    def frame(self) -> pd.DataFrame:
        """Return the frame, in time order (then ``_id``)."""
        ids = _joined(self._ids)
        times = np.concatenate([*self._times, np.empty(0, dtype=np.int64)])
        order = _in_order(times, ids)
        columns: dict[str, Any] = {
            "_id": _texts(ids if order is None else ids.take(pa.array(order))),
            "time": _times(times if order is None else times[order]),
        }
        for name in self._names(order):
            columns[name] = self._column(self._pieces[name], order)
        return pd.DataFrame(columns)

    def _begin(self, ids: pa.Array, times: Rows) -> Rows:
        rows = np.arange(self._rows, self._rows + len(ids), dtype=np.int64)
        self._rows += len(ids)
        self._ids.append(ids)
        self._times.append(times)
        return rows

    def _code(self, shape: tuple[str, ...]) -> int:
        return self._shapes.setdefault(shape, len(self._shapes))

    def _names(self, order: Rows | None) -> list[str]:
        """Return the fields as they first appear, document by document."""
        if not self._codes:
            return []
        codes = np.concatenate(self._codes)
        if order is not None:
            codes = codes[order]
        seen, first = np.unique(codes, return_index=True)
        shapes = list(self._shapes)
        in_turn = [shapes[code] for code in seen[np.argsort(first)]]
        return list(dict.fromkeys(name for shape in in_turn for name in shape))

    def _column(self, pieces: list[tuple[Rows, Piece]], order: Rows | None) -> Any:
        given = [piece for _, piece in pieces]
        at = np.concatenate([rows for rows, _ in pieces])
        if len(at) == self._rows and order is None and bool((at[1:] > at[:-1]).all()):
            return _column(given, None, None)
        source = np.full(self._rows, -1, dtype=np.int64)  # where in the pieces each row is
        source[at] = np.arange(len(at))
        if order is not None:
            source = source[order]
        absent = source < 0
        return _column(given, source, absent if absent.any() else None)


def _column(pieces: list[Piece], source: Rows | None, absent: Mask | None) -> Any:
    """Return one column: the pieces one after the other, then ``source`` of that, missing where ``absent``."""
    kinds = {piece.kind for piece in pieces} - {"nothing"}
    if kinds == {"texts"}:
        return _text_column(pieces, source, absent)
    null = _nulls(pieces, source, absent)
    if kinds == {"integers"} and null is None:
        return _picked([piece.values for piece in pieces], source)
    if kinds and kinds <= {"integers", "floats"} and all(piece.exact for piece in pieces):
        numbers = _picked([_as_floats(piece) for piece in pieces], source)
        if null is not None:
            numbers[null] = np.nan
        return numbers
    if kinds == {"truths"} and null is None:
        return _picked([piece.values for piece in pieces], source)
    objects = _picked([piece.objects() for piece in pieces], source)
    if null is not None:
        objects[null] = None
    return pd.Series(objects, dtype=object)


def _as_floats(piece: Piece) -> npt.NDArray[np.float64]:
    if piece.kind == "nothing":
        return np.full(len(piece), np.nan)
    return np.asarray(piece.values, dtype=np.float64)


def _text_column(pieces: list[Piece], source: Rows | None, absent: Mask | None) -> Any:
    made = _joined(
        [pa.nulls(len(one), pa.large_string()) if one.kind == "nothing" else one.values for one in pieces]
    )
    if source is not None:
        made = made.take(pa.array(source, mask=absent))
    return _texts(made)


def _nulls(pieces: list[Piece], source: Rows | None, absent: Mask | None) -> Mask | None:
    if absent is None and all(piece.null is None for piece in pieces):
        return None
    parts = [np.zeros(len(piece), dtype=bool) if piece.null is None else piece.null for piece in pieces]
    found = _picked(parts, source)
    if absent is not None:
        found = found | absent
    return found if found.any() else None


def _picked(parts: list[npt.NDArray[Any]], source: Rows | None) -> npt.NDArray[Any]:
    whole = np.concatenate(parts)
    return whole if source is None else whole[source]


def _joined(parts: list[pa.Array]) -> pa.Array:
    return pa.concat_arrays(parts) if parts else pa.array([], type=pa.large_string())


def _texts(values: pa.Array) -> Any:
    return pd.array(values, dtype="str")


def _times(microseconds: Rows) -> pd.Series[Any]:
    naive = pd.Series(microseconds.view("datetime64[us]"))
    return naive.dt.tz_localize("UTC")


def _in_order(times: Rows, ids: pa.Array) -> Rows | None:
    """Return the rows by time, then by the bytes of the id; ``None`` when they are so already."""
    if bool((times[1:] > times[:-1]).all()):
        return None
    table = pa.table({"time": times, "id": ids})
    found = pc.sort_indices(table, [("time", "ascending"), ("id", "ascending")])
    return np.asarray(found, dtype=np.int64)
