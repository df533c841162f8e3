"""The five kinds of a feature: which columns are accepted, how values are kept and given back."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.errors import DataProcessingError, ParameterError

from .times import microseconds

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FeatureKind(StrEnum):
    """What the values of a feature are; a missing value is allowed in each, infinity in none."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"
    STRING = "string"
    TIMESTAMP = "timestamp"


ARROW: dict[FeatureKind, pa.DataType] = {
    FeatureKind.FLOAT: pa.float64(),
    FeatureKind.INT: pa.int64(),
    FeatureKind.BOOL: pa.bool_(),
    FeatureKind.STRING: pa.large_string(),
    FeatureKind.TIMESTAMP: pa.timestamp("us", "UTC"),
}
PANDAS = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
"""Whole numbers and truth values stay exact beside missing ones: pandas' nullable types, always."""

_WORDS = {
    "float": FeatureKind.FLOAT,
    "number": FeatureKind.FLOAT,
    "int": FeatureKind.INT,
    "bool": FeatureKind.BOOL,
    "boolean": FeatureKind.BOOL,
    "string": FeatureKind.STRING,
    "str": FeatureKind.STRING,
    "text": FeatureKind.STRING,
    "category": FeatureKind.STRING,
    "timestamp": FeatureKind.TIMESTAMP,
    "datetime": FeatureKind.TIMESTAMP,
    "unixtimestamp": FeatureKind.TIMESTAMP,
    "time": FeatureKind.TIMESTAMP,
}


def feature_kind(value: object) -> FeatureKind:
    """Return the kind that a word (``float``, ``Int64``), a Python type or another library's type names.

    >>> feature_kind("float32").value, feature_kind(int).value, feature_kind("UnixTimestamp").value
    ('float', 'int', 'timestamp')
    """
    word = value.__name__ if isinstance(value, type) else str(getattr(value, "value", value))
    known = _WORDS.get(word.strip().lower().rstrip("0123456789"))
    if known is None:
        raise ParameterError.of("features", "FeatureView", f"of the kinds {', '.join(FeatureKind)}", value)
    return known


def feature_values(column: pa.Array, kind: FeatureKind, shown: str) -> tuple[pa.Array, dict[str, np.ndarray]]:
    """Return a column as it is kept, and for each reason which rows cannot be.

    Raises:
        DataProcessingError: the whole column is of another kind; nothing is converted from text.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), ARROW[kind]), {}
    try:
        made = _CONVERT[kind](column)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _refused(column, kind, shown, "with values out of its range") from error
    if made is None:
        raise _refused(column, kind, shown, "")
    bad: dict[str, np.ndarray] = {}
    if kind is FeatureKind.FLOAT:
        infinite = _mask(pc.is_inf(made))
        if infinite.any():
            bad["is infinite"] = infinite
    if kind is FeatureKind.STRING:
        null_character = _mask(pc.match_substring(made, "\x00"))
        if null_character.any():
            bad["holds a NUL character"] = null_character
    return made, bad


def _refused(column: pa.Array, kind: FeatureKind, shown: str, more: str) -> DataProcessingError:
    return DataProcessingError(
        f"{shown} must be of the kind {kind}. Got a column of {' '.join(f'{column.type} {more}'.split())} instead."
    )


def _float(column: pa.Array) -> pa.Array | None:
    if pa.types.is_floating(column.type):
        wide = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(wide), pa.scalar(None, pa.float64()), wide)
    if pa.types.is_integer(column.type) or pa.types.is_decimal(column.type):
        return column.cast(pa.float64())
    return None


def _int(column: pa.Array) -> pa.Array | None:
    if pa.types.is_floating(column.type):  # what pandas makes of whole numbers beside missing ones
        wide = _float(column)
        return wide.cast(pa.int64()) if wide is not None else None
    return column.cast(pa.int64()) if pa.types.is_integer(column.type) else None


def _bool(column: pa.Array) -> pa.Array | None:
    return column if pa.types.is_boolean(column.type) else None


def _string(column: pa.Array) -> pa.Array | None:
    kind = column.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return column.cast(pa.large_string()) if text else None


def _timestamp(column: pa.Array) -> pa.Array | None:
    if not pa.types.is_timestamp(column.type) and not pa.types.is_date(column.type):
        return None
    read = microseconds(column, up=True)
    return pa.array(read.values, pa.int64(), mask=~read.known).cast(ARROW[FeatureKind.TIMESTAMP])


_CONVERT = {
    FeatureKind.FLOAT: _float,
    FeatureKind.INT: _int,
    FeatureKind.BOOL: _bool,
    FeatureKind.STRING: _string,
    FeatureKind.TIMESTAMP: _timestamp,
}


def _mask(found: pa.Array) -> np.ndarray:
    mask: np.ndarray = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return mask


def to_online(column: pa.Array, kind: FeatureKind) -> list[Any]:
    """Return values as JSON has them; a time is its microseconds since 1970, so that it stays exact."""
    if kind is FeatureKind.TIMESTAMP:
        column = column.cast(pa.int64())
    values: list[Any] = column.to_pylist()
    return values


def from_online(value: Any, kind: FeatureKind) -> Any:
    """Return what :func:`to_online` wrote as a Python value of its kind; missing is ``None``."""
    if value is None:
        return None
    if kind is FeatureKind.FLOAT:
        return float(value)
    if kind is FeatureKind.INT:
        return int(value)
    if kind is FeatureKind.TIMESTAMP:
        return moment(int(value))
    return value


def moment(us: int) -> datetime:
    """Return microseconds since 1970 as an aware time."""
    from datetime import timedelta

    return _EPOCH + timedelta(microseconds=us)
