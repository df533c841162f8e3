"""The rules of :mod:`~ml_analytics.stores.columns` for whole Arrow columns: the same answers, no row is touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import BigInteger, Column, Float, Integer, String
from sqlalchemy.types import JSON

from ...core.errors import ParameterError, TenantError
from ..columns import RowRules, clean_json
from ..json_text import json_text
from ..tables import UtcDateTime

TIME = pa.timestamp("us", "UTC")
_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999, which datetime has
_NO_TEXT = "text without NUL and lone surrogates"


def arrow_type(column: Column[Any]) -> pa.DataType:
    """Return how a column looks in Arrow; JSON is text."""
    if isinstance(column.type, UtcDateTime):
        return TIME
    if isinstance(column.type, Float):
        return pa.float64()
    return pa.int64() if isinstance(column.type, Integer) else pa.string()


def arrow_schema(columns: Sequence[Column[Any]]) -> pa.Schema:
    """Return the one schema of all batches of these columns."""
    return pa.schema([(column.name, arrow_type(column)) for column in columns])


def checked_batches(rules: RowRules, tenant_id: str, data: Any, rows: int) -> list[pa.RecordBatch]:
    """Return a table's checked columns in batches of at most ``rows``, without ``tenant_id``.

    Columns that are not given are absent, unless they have no default.

    Raises:
        ParameterError: a column is unknown, absent or holds what it may not.
        TenantError: a row names another tenant.
    """
    if isinstance(data, pa.RecordBatch):
        data = pa.Table.from_batches([data])
    if not isinstance(data, pa.Table):
        raise ParameterError.of("data", rules.owner, "an Arrow table", type(data).__name__)
    names = data.column_names
    if len(set(names)) != len(names):
        raise ParameterError.of("data", rules.owner, "made of columns with different names", names)
    if "tenant_id" in names:
        _require_own(data["tenant_id"], tenant_id)
        data = data.drop_columns(["tenant_id"])
    for name in data.column_names:
        rules.column(name, "data")
    for name, column in rules.columns.items():
        if name not in names and not column.nullable and column.default is None:
            raise ParameterError.of(name, rules.owner, "given", None)
    batches = data.combine_chunks().to_batches(max_chunksize=rows)
    # Sorted, because neighbours in an index cost least.
    order = [(name, "ascending") for name in rules.key if name in data.column_names]
    checked = [_checked(rules, batch) for batch in batches]
    return [batch.sort_by(order) for batch in checked] if order else checked


def default_of(column: Column[Any]) -> Any:
    """Return what a column holds that was not given, as the database takes it."""
    value = getattr(column.default, "arg", None)
    return json_text(value) if isinstance(column.type, JSON) and value is not None else value


def _require_own(column: pa.ChunkedArray, tenant_id: str) -> None:
    own = pc.all(pc.equal(column.cast(pa.string()), tenant_id), skip_nulls=False).as_py()
    if own is not True and len(column):
        raise TenantError(f"This transaction belongs to the tenant '{tenant_id}', not to another.")


def _checked(rules: RowRules, batch: pa.RecordBatch) -> pa.RecordBatch:
    arrays = []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        column = rules.columns[name]
        plain = _plain(array)
        made = (
            pa.nulls(len(plain), arrow_type(column))
            if pa.types.is_null(plain.type)
            else _check_of(column)(plain, column, rules.owner)
        )
        if made.null_count and not column.nullable:
            raise ParameterError.of(name, rules.owner, "given", None)
        arrays.append(made)
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _plain(array: pa.Array) -> pa.Array:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array


def _check_of(column: Column[Any]) -> Callable[[pa.Array, Column[Any], str], pa.Array]:
    if isinstance(column.type, UtcDateTime):
        return _times
    if isinstance(column.type, JSON):
        return _json
    if isinstance(column.type, Float):
        return _floats
    return _integers if isinstance(column.type, Integer) else _texts


def _refuse(column: Column[Any], owner: str, must_be: str, got: object) -> NoReturn:
    raise ParameterError.of(column.name, owner, must_be, got)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _texts(array: pa.Array, column: Column[Any], owner: str) -> pa.Array:
    if not _is_text(array.type):
        _refuse(column, owner, "text", str(array.type))
    try:
        array.validate(full=True)  # a lone surrogate is no UTF-8
        texts = array.cast(pa.string())
    except pa.ArrowException as error:
        raise ParameterError(f"The '{column.name}' parameter of {owner} must be {_NO_TEXT}.") from error
    if _holds_nul(texts):
        _refuse(column, owner, _NO_TEXT, _first(texts, pc.match_substring(texts, "\x00")))
    length = column.type.length if isinstance(column.type, String) else None
    if length is not None and (pc.max(pc.utf8_length(texts)).as_py() or 0) > length:
        too_long = pc.greater(pc.utf8_length(texts), length)
        _refuse(column, owner, f"text of at most {length} characters", _first(texts, too_long))
    return texts


def _holds_nul(texts: pa.Array) -> bool:
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = texts.buffers()[2]
    if data is None or not len(offsets):
        return False
    return not np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]].all()


def _first(array: pa.Array, which: pa.Array) -> object:
    return array.filter(which)[0].as_py()


def _floats(array: pa.Array, column: Column[Any], owner: str) -> pa.Array:
    if not (pa.types.is_floating(array.type) or pa.types.is_integer(array.type)):
        _refuse(column, owner, "a number", str(array.type))
    numbers = pc.cast(array, pa.float64(), safe=False)
    finite = pc.is_finite(numbers)
    if pc.all(finite).as_py() is False:
        numbers = pc.if_else(finite, numbers, pa.scalar(None, pa.float64()))
    return numbers


def _integers(array: pa.Array, column: Column[Any], owner: str) -> pa.Array:
    if not pa.types.is_integer(array.type):
        _refuse(column, owner, "a whole number", str(array.type))
    bits = 64 if isinstance(column.type, BigInteger) else 32
    try:
        return pc.cast(pc.cast(array, pa.int64() if bits == 64 else pa.int32()), pa.int64())
    except pa.ArrowInvalid as error:
        got = pc.max(pc.abs(pc.cast(array, pa.float64(), safe=False))).as_py()
        raise ParameterError.of(column.name, owner, f"a whole number of {bits} bits", got) from error


def _times(array: pa.Array, column: Column[Any], owner: str) -> pa.Array:
    if not pa.types.is_timestamp(array.type) or array.type.tz is None:
        _refuse(column, owner, "timezone-aware timestamps", str(array.type))
    try:
        if array.type.unit == "ns":
            array = pc.floor_temporal(array.cast(pa.timestamp("ns", "UTC")), unit="microsecond")
        times = pc.cast(array, TIME)
    except pa.ArrowInvalid as error:
        _refuse_years(column, owner, error)
    span = pc.min_max(times.cast(pa.int64())).as_py()
    if span["min"] is not None and not (span["min"] >= _FIRST and span["max"] <= _LAST):
        _refuse_years(column, owner, None)
    return times


def _refuse_years(column: Column[Any], owner: str, error: Exception | None) -> NoReturn:
    raise ParameterError(
        f"The '{column.name}' parameter of {owner} must be made of times in the years 1 to 9999."
    ) from error


def _json(array: pa.Array, column: Column[Any], owner: str) -> pa.Array:
    """JSON as text (what a scan gives) is read and written again; nested columns become JSON."""
    read = _read_json if _is_text(array.type) else lambda value: value
    written: list[str | None] = []
    for value in array.to_pylist():
        if value is None:
            written.append(None)
            continue
        try:
            made = read(value)
        except (ValueError, RecursionError) as error:
            raise ParameterError.of(column.name, owner, "JSON", value) from error
        written.append(json_text(clean_json(made, column.name, owner)))
    return pa.array(written, pa.string())


def _read_json(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def split(rules: RowRules, tenant_id: str, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, dict[str, Any]]:
    """Return the columns that differ from row to row, and the one value of each other column."""
    fixed = {"tenant_id": tenant_id}
    fixed.update(
        {name: default_of(column) for name, column in rules.columns.items() if name not in batch.schema.names}
    )
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        if rules.key and name not in rules.key and _is_constant(array):
            fixed[name] = array[0].as_py()
    return batch.drop_columns([name for name in batch.schema.names if name in fixed]), fixed


def _is_constant(array: pa.Array) -> bool:
    if array.null_count or not len(array):
        return bool(array.null_count == len(array) > 0)
    return bool(array[0] == array[-1] and pc.all(pc.equal(array, array[0])).as_py())
