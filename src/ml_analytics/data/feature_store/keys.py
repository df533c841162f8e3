"""Keys of entities: whole numbers or text, compared as text, so that 7 in a table is "7" in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.errors import DataProcessingError, ParameterError

LONGEST = 400
_TEXT = pa.large_string()


def key_column(column: pa.Array, shown: str) -> pa.Array:
    """Return the column as int64 or large text; missing stays missing.

    Raises:
        DataProcessingError: neither whole numbers nor text.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(_TEXT)
    if pa.types.is_null(kind):
        return column.cast(_TEXT)
    try:
        if pa.types.is_integer(kind):
            return column.cast(pa.int64())
        if pa.types.is_floating(kind):  # what pandas makes of whole numbers beside missing ones
            return pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column).cast(pa.int64())
    except pa.ArrowInvalid as error:
        raise _refused(shown, f"{kind} with other values") from error
    raise _refused(shown, str(kind))


def mixed_keys(values: Sequence[Any], shown: str) -> pa.Array:
    """Return whole numbers and text that stand in one column as text."""
    return pa.array([None if _missing(value) else key_text(value, shown) for value in values], _TEXT)


def key_text(value: Any, shown: str) -> str:
    """Return one key as text.

    >>> key_text(7, "'user_id'"), key_text("u7", "'user_id'")
    ('7', 'u7')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    raise _refused(shown, type(value).__name__)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _refused(shown: str, got: str) -> DataProcessingError:
    return DataProcessingError(f"{shown} must hold whole numbers or text. Got {got} instead.")


def as_text(column: pa.Array) -> pa.Array:
    """Return a key column as text."""
    return column if column.type == _TEXT else column.cast(_TEXT)


def row_keys(columns: Sequence[pa.Array]) -> pa.Array:
    r"""Return one text for each row: the key itself, or several joined by ``|`` (``\|`` inside a key).

    >>> row_keys([pa.array(["a|b"], pa.large_string()), pa.array([7])]).to_pylist()
    ['a\\|b|7']
    """
    if len(columns) == 1:
        return as_text(columns[0])
    escaped = [
        pc.replace_substring(pc.replace_substring(as_text(one), "\\", "\\\\"), "|", "\\|") for one in columns
    ]
    return pc.binary_join_element_wise(*escaped, pa.scalar("|", _TEXT))


def mapping_key(entity: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """Return the text of :func:`row_keys` for one mapping; ``None`` when a part is missing.

    Raises:
        ParameterError: the mapping lacks a key of the view.
    """
    parts = []
    for name in names:
        if name not in entity:
            raise ParameterError.of("entities", "FeatureStore", f"mappings with '{name}'", sorted(entity))
        value = entity[name]
        if _missing(value) or value == "":
            return None
        parts.append(key_text(value, f"The entity '{name}'"))
    if len(parts) == 1:
        return parts[0]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def codes(rows: Sequence[pa.Array], queries: Sequence[pa.Array]) -> tuple[np.ndarray, np.ndarray, int]:
    """Number the entities of ``rows`` 0, 1, …; the same numbers for ``queries``, -1 for an unknown one.

    ``rows`` have no missing keys. Returns both and how many numbers there may be.
    """
    row_codes, query_codes, count = _codes_of(rows[0], queries[0])
    for stored, asked in zip(rows[1:], queries[1:], strict=True):
        more_rows, more_queries, more = _codes_of(stored, asked)
        joined = row_codes * more + more_rows
        wanted = np.where((query_codes < 0) | (more_queries < 0), -1, query_codes * more + more_queries)
        known, row_codes = np.unique(joined, return_inverse=True)
        query_codes = _places(known, wanted)
        count = len(known)
    return row_codes, query_codes, count


def _places(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found: np.ndarray = np.where(known[places] == wanted, places, -1)
    return found


def _codes_of(rows: pa.Array, queries: pa.Array) -> tuple[np.ndarray, np.ndarray, int]:
    if rows.type != queries.type:
        rows, queries = as_text(rows), as_text(queries)
    if rows.type == pa.int64() and len(rows) and (dense := _dense(rows, queries)) is not None:
        return dense
    encoded = rows.dictionary_encode()
    row_codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    places = pc.index_in(queries, value_set=encoded.dictionary, skip_nulls=True)
    query_codes = pc.fill_null(places, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return row_codes, query_codes, len(encoded.dictionary)


def _dense(rows: pa.Array, queries: pa.Array) -> tuple[np.ndarray, np.ndarray, int] | None:
    """Number whole numbers by their distance from the smallest, when they lie close together."""
    values = rows.to_numpy(zero_copy_only=False)
    low, high = int(values.min()), int(values.max())
    if high - low >= 4 * len(values) + 1_000:
        return None
    asked = pc.fill_null(queries, low).to_numpy(zero_copy_only=False)
    known = (asked >= low) & (asked <= high) & queries.is_valid().to_numpy(zero_copy_only=False)
    return values - low, np.where(known, np.where(known, asked, low) - low, -1), high - low + 1
