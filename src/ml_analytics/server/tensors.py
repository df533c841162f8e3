"""Tensors in: from the protocol's JSON to a table in the model's columns. Values are never converted from text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from ..core.clock import parse_time
from ..core.errors import MLFrameworkError, PredictionError
from ..core.frames import Table
from .errors import RequestError
from .messages import InputTensor

_INTEGERS: dict[str, Any] = {
    "UINT8": np.uint8, "UINT16": np.uint16, "UINT32": np.uint32, "UINT64": np.uint64,
    "INT8": np.int8, "INT16": np.int16, "INT32": np.int32, "INT64": np.int64,
}  # fmt: skip
_FLOATS: dict[str, Any] = {"FP32": np.float32, "FP64": np.float64}
_NOTHING = type(None)


def table_of(inputs: Sequence[InputTensor], times: Collection[str], max_rows: int) -> Table:
    """Return the tensors of one request as a table.

    One two-dimensional numeric tensor of any name is the whole matrix (n, k), its columns in the signature's
    order: an array comes back, and the signature names and checks its columns. Else every tensor is the
    column of its name, (n,) or (n, 1); those in ``times`` are read as ISO 8601.

    Raises:
        RequestError: 413 when there are more rows than ``max_rows``.
        PredictionError: shapes, lengths, types or ranges that do not fit together.
    """
    rows = inputs[0].shape[0]
    if max(one.shape[0] for one in inputs) > max_rows:
        raise RequestError(413, f"The input must have at most {max_rows} rows.")
    if len(inputs) == 1 and len(inputs[0].shape) == 2 and inputs[0].datatype not in ("BYTES", "BOOL"):
        return _values(inputs[0]).reshape(inputs[0].shape)
    columns: dict[str, np.ndarray] = {}
    for one in inputs:
        if one.name in columns:
            raise PredictionError(f"The input tensor {_shown(one.name)} must be sent once. Got it twice.")
        if one.shape[0] != rows or one.shape[1:] not in ([], [1]):
            raise _wrong(one, f"have the shape [{rows}] or [{rows}, 1]", one.shape)
        columns[one.name] = _times(one) if one.name in times else _values(one)
    if all(values.dtype == np.float64 for values in columns.values()):  # one block is several times faster
        return pd.DataFrame(np.column_stack(list(columns.values())), columns=list(columns))
    return pd.DataFrame(columns)


def _values(one: InputTensor) -> np.ndarray:
    flat = _flat(one)
    kinds = set(map(type, flat))
    if one.datatype in _FLOATS:
        _only(one, flat, kinds, {int, float, _NOTHING}, "numbers")
        return _floats(one, flat)
    if one.datatype in _INTEGERS:
        _only(one, flat, kinds, {int}, "integers")
        return _integers(one, flat)
    if one.datatype == "BOOL":
        _only(one, flat, kinds, {bool}, "true or false")
        return np.array(flat, dtype=bool)
    _only(one, flat, kinds, {str, _NOTHING}, "texts")
    return np.array(flat, dtype=object)


def _flat(one: InputTensor) -> list[Any]:
    data = one.data
    if not isinstance(data, list):
        raise _wrong(one, "have its data as a list", type(data).__name__)
    if data and isinstance(data[0], list):
        width = one.shape[1] if len(one.shape) == 2 else None
        if len(data) != one.shape[0] or any(type(row) is not list or len(row) != width for row in data):
            raise _wrong(one, f"have data nested as its shape {one.shape} says", "another nesting")
        data = list(chain.from_iterable(data))
    size = one.shape[0] * (one.shape[1] if len(one.shape) == 2 else 1)
    if len(data) != size:
        raise _wrong(one, f"have {size} values for its shape {one.shape}", len(data))
    return data


def _only(one: InputTensor, flat: list[Any], kinds: set[type], wanted: set[type], words: str) -> None:
    if not kinds <= wanted:
        strange = next(value for value in flat if type(value) not in wanted)
        raise _wrong(one, f"hold {words} for {one.datatype}", strange)


def _floats(one: InputTensor, flat: list[Any]) -> np.ndarray:
    try:
        values = np.array(flat, dtype=np.float64)
    except OverflowError as error:
        raise _wrong(one, f"hold finite {one.datatype} numbers", "a larger integer") from error
    limit = np.finfo(_FLOATS[one.datatype]).max
    if (np.abs(values) > limit).any():  # NaN stands for null here and passes; infinity does not
        raise _wrong(one, f"hold finite {one.datatype} numbers", "a larger one")
    return values.astype(_FLOATS[one.datatype], copy=False)


def _integers(one: InputTensor, flat: list[int]) -> np.ndarray:
    kind = _INTEGERS[one.datatype]
    limits = np.iinfo(kind)
    if flat and not (limits.min <= min(flat) and max(flat) <= limits.max):
        raise _wrong(one, f"hold integers in the range of {one.datatype}", "one outside")
    return np.array(flat, dtype=kind)


def _times(one: InputTensor) -> np.ndarray:
    if one.datatype != "BYTES":
        raise _wrong(one, "be BYTES with ISO 8601 times", one.datatype)
    try:
        moments = [None if text is None else parse_time(text) for text in _values(one)]
        return np.asarray(pd.to_datetime(pd.Series(moments, dtype=object), utc=True).array)
    except (MLFrameworkError, OverflowError, ValueError) as error:
        raise _wrong(one, "hold ISO 8601 times", "something else") from error


def _wrong(one: InputTensor, must: str, got: object) -> PredictionError:
    return PredictionError(f"The input tensor {_shown(one.name)} must {must}. Got {_shown(got)} instead.")


def _shown(value: object) -> str:
    if isinstance(value, int) and abs(value) > 1 << 64:
        return "a larger integer"
    text = value if isinstance(value, str) and " " in value and len(value) < 30 else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
