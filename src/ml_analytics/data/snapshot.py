"""What data exactly: one hash over the content of a table, whichever library holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.canonical import canonical_json, plain
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.frames import Table, to_pandas

_FORMAT = b"ml_analytics snapshot 1\n"
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A named state of a table: its content hash, its size and the times it covers.

    ``start`` and ``end`` are the first and the last time (both inclusive); ``None`` without times.

    >>> Snapshot.of("prices", pd.DataFrame({"close": [1.0, 2.0]})).rows
    2
    """

    name: str
    digest: str
    rows: int
    columns: tuple[str, ...]
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def of(cls, name: str, frame: Table) -> Snapshot:
        """Take the snapshot of ``frame``; see :func:`snapshot_hash`."""
        table = to_pandas(frame, "frame", "Snapshot.of")
        times = table.index if isinstance(table.index, pd.DatetimeIndex) else None
        if (
            times is None
            and "timestamp" in table
            and pd.api.types.is_datetime64_any_dtype(table["timestamp"])
        ):
            times = pd.DatetimeIndex(table["timestamp"])
        known = times.dropna() if times is not None else pd.DatetimeIndex([])
        return cls(
            name=name,
            digest=snapshot_hash(frame),
            rows=len(table),
            columns=tuple(map(str, table.columns)),
            start=_moment(known.min()) if len(known) else None,
            end=_moment(known.max()) if len(known) else None,
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        value: dict[str, Any] = plain(self)
        return value


def snapshot_hash(frame: Table) -> str:
    """Return the SHA-256 of a table's content as 64 hexadecimal digits.

    It covers column names, kinds and values, in order: another order of rows or columns is another
    snapshot. Equal content gives equal hashes in pandas and polars, for any width of integer or float,
    any unit of time and any zone (a time without a zone counts as UTC). A named index, and any index of
    times, counts as the first column; a plain row number is not content. Null and NaN are one thing, and
    so are 0.0 and -0.0; 1 and 1.0 are not.

    Raises:
        ParameterError: not a table.
        DataProcessingError: two columns have one name.

    >>> one = pd.DataFrame({"close": [1.0, 2.0]})
    >>> snapshot_hash(one) == snapshot_hash(one.copy()), snapshot_hash(one) == snapshot_hash(one[::-1])
    (True, False)
    """
    digest = hashlib.sha256(_FORMAT)
    for name, column in _columns(frame):
        head = name.encode("utf-8", "surrogatepass")
        digest.update(len(head).to_bytes(8, "little") + head)
        for part in _canonical(column):
            digest.update(part)
    return digest.hexdigest()


def _columns(frame: Table) -> Iterator[tuple[str, pa.Array]]:
    if not isinstance(frame, pd.DataFrame) and hasattr(frame, "to_arrow"):
        table = frame.to_arrow()
        yield from ((name, _joined(table.column(name))) for name in table.column_names)
        return
    pandas = to_pandas(frame, "frame", "snapshot_hash")
    index = pandas.index
    if isinstance(index, pd.MultiIndex):
        pandas = pandas.reset_index()
    elif isinstance(index, pd.DatetimeIndex) or index.name is not None:
        yield str(index.name or "timestamp"), _arrow(index.to_series())
    elif not isinstance(index, pd.RangeIndex):
        yield "", _arrow(index.to_series())
    for position, name in enumerate(pandas.columns):
        yield str(name), _arrow(pandas.iloc[:, position])


def _arrow(column: pd.Series) -> pa.Array:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    try:
        return _joined(pa.Array.from_pandas(column))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return pa.array([_text(value) for value in column], pa.large_string())


def _joined(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _canonical(column: pa.Array) -> Iterator[bytes]:
    """Yield kind, length, null mask and values of one column."""
    kind, values = _normalised(column)
    missing = values.is_null(nan_is_null=True)
    holes = missing.true_count
    if holes == len(values):  # which kind the missing values are of is the library's choice
        yield f"empty:{holes}|".encode()
        return
    yield f"{kind.partition(':')[0]}:{len(values)}:".encode()
    if holes:
        yield np.packbits(missing.to_numpy(zero_copy_only=False)).tobytes()
    yield b"|"
    if kind == "text":
        yield from _text_parts(values.fill_null("") if holes else values)
    else:
        yield from _number_parts(kind, values, holes)


def _normalised(column: pa.Array) -> tuple[str, pa.Array]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _normalised(column.dictionary_decode())
    if pa.types.is_null(kind):
        return "float", column.cast(pa.float64())
    if pa.types.is_boolean(kind):
        return "bool", column.cast(pa.int8())
    if pa.types.is_unsigned_integer(kind) or pa.types.is_signed_integer(kind):
        try:
            return "int", column.cast(pa.int64())
        except pa.ArrowInvalid:
            return "uint", column.cast(pa.uint64())
    if pa.types.is_floating(kind):
        return "float", column.cast(pa.float64())
    if pa.types.is_date(kind):
        return "time:s", column.cast(pa.timestamp("s")) if pa.types.is_date32(kind) else column.cast(
            pa.timestamp("ms")
        ).cast(pa.timestamp("s"))
    if pa.types.is_timestamp(kind):
        return f"time:{kind.unit}", column
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "text", column.cast(pa.large_string())
    return "text", pa.array([_text(value) for value in column.to_pylist()], pa.large_string())


def _number_parts(kind: str, values: pa.Array, holes: int) -> Iterator[bytes]:
    if kind == "float":
        numbers = values.to_numpy(zero_copy_only=False) + 0.0  # -0.0 becomes 0.0
        if holes:
            numbers[np.isnan(numbers)] = 0.0
        yield numbers.tobytes()
        return
    if kind.startswith("time"):
        per_second = _PER_SECOND[kind.partition(":")[2]]
        whole, part = np.divmod(_filled(values.cast(pa.int64()), holes), per_second)
        yield whole.tobytes()
        yield (part * (1_000_000_000 // per_second)).tobytes()
        return
    yield _filled(values, holes).tobytes()


def _filled(values: pa.Array, holes: int) -> np.ndarray:
    numbers: np.ndarray = (values.fill_null(0) if holes else values).to_numpy(zero_copy_only=False)
    return numbers


def _text_parts(values: pa.Array) -> Iterator[bytes]:
    lengths = pc.binary_length(values).to_numpy(zero_copy_only=False).astype(np.int64)
    yield lengths.tobytes()
    offsets = np.frombuffer(values.buffers()[1], dtype=np.int64)[
        values.offset : values.offset + len(values) + 1
    ]
    data = values.buffers()[2]
    if data is not None and len(offsets):
        yield bytes(memoryview(data)[int(offsets[0]) : int(offsets[-1])])


def _text(value: object) -> str | None:
    """One text per value of a column that mixes kinds: its canonical JSON, or its repr."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    try:
        return canonical_json(value)
    except ParameterError:
        return repr(value)


def _moment(value: pd.Timestamp) -> datetime:
    aware = value.tz_localize(UTC) if value.tzinfo is None else value.tz_convert(UTC)
    moment: datetime = aware.to_pydatetime(warn=False)
    return moment
