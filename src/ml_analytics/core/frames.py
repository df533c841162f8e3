"""Tables at the edge: pandas, polars or 2-D arrays in, the same type out, pandas inside."""

from __future__ import annotations

from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
import pandas as pd

from .errors import DataProcessingError, ParameterError

Table: TypeAlias = Any
"""A pandas or polars DataFrame, or a 2-D NumPy array of shape (n_samples, n_features)."""


def to_pandas(table: Table, parameter: str = "X", owner: str = "ml_analytics") -> pd.DataFrame:
    """Return ``table`` as a pandas frame (the caller's own object when it is one: do not write to it).

    Columns of an array are named ``x0, x1, …``. A list of mappings or one mapping of scalars is taken as
    rows.

    Raises:
        ParameterError: not a table, a lazy one, columns of different lengths, or not two-dimensional.
        DataProcessingError: two columns have one name.
    """
    if isinstance(table, pd.DataFrame):
        frame = table
    elif hasattr(table, "toarray"):
        must_be = "a dense table (sparse data is not supported: call .toarray())"
        raise ParameterError.of(parameter, owner, must_be, type(table).__name__)
    elif isinstance(table, np.ndarray):
        frame = _array(table, parameter, owner)
    elif isinstance(table, dict):
        frame = _columns(table, parameter, owner)
    elif isinstance(table, list) and all(isinstance(row, dict) for row in table):
        frame = pd.DataFrame(table)
    elif isinstance(table, (list, tuple)):
        frame = _rows(table, parameter, owner)
    elif is_lazy(table):
        raise ParameterError.of(parameter, owner, "a table that is computed: call .collect()", "LazyFrame")
    else:
        try:
            frame = nw.from_native(table, eager_only=True).to_pandas()
        except TypeError as error:
            if hasattr(table, "__array__"):
                return _array(np.asarray(table), parameter, owner)
            shown = type(table).__name__
            raise ParameterError.of(
                parameter, owner, "a pandas or polars table or a 2-D array", shown
            ) from error
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise DataProcessingError(
            f"The column '{repeated[0]}' of {owner} stands twice; names must be unique."
        )
    return frame


def _array(table: np.ndarray, parameter: str, owner: str) -> pd.DataFrame:
    if table.ndim != 2:
        raise ParameterError.of(parameter, owner, "two-dimensional (n_samples, n_features)", table.shape)
    if table.dtype.kind == "c":
        raise ParameterError.of(
            parameter, owner, "of real numbers (Complex data not supported)", table.dtype.name
        )
    frame = pd.DataFrame(table, columns=[f"x{i}" for i in range(table.shape[1])])
    return frame.infer_objects() if table.dtype == object else frame


def is_lazy(table: object) -> bool:
    """Say whether a table is a polars LazyFrame, which must be collected before it has values."""
    return nw.dependencies.is_polars_lazyframe(table)


def _columns(table: dict[Any, Any], parameter: str, owner: str) -> pd.DataFrame:
    if not any(isinstance(value, (list, tuple, np.ndarray, pd.Series)) for value in table.values()):
        return pd.DataFrame([table])
    try:
        return pd.DataFrame(table)
    except ValueError as error:
        lengths = {name: len(value) for name, value in table.items() if hasattr(value, "__len__")}
        raise ParameterError.of(parameter, owner, "columns of one length", lengths) from error


def _rows(table: list[Any] | tuple[Any, ...], parameter: str, owner: str) -> pd.DataFrame:
    """Return nested rows as a frame, column by column: one array of all would turn ``True`` into 1.0."""
    widths = {len(row) if isinstance(row, (list, tuple)) or np.ndim(row) == 1 else -1 for row in table}
    if len(widths) != 1 or -1 in widths:
        shown = f"rows of {len(widths)} lengths" if -1 not in widths else type(table[0]).__name__ + "s"
        raise ParameterError.of(parameter, owner, "two-dimensional (n_samples, n_features)", shown)
    return pd.DataFrame([list(row) for row in table], columns=[f"x{i}" for i in range(widths.pop())])


def like(original: Table, result: pd.DataFrame) -> Table:
    """Return ``result`` as the kind of table that ``original`` is (a polars result keeps time as a column)."""
    if isinstance(original, np.ndarray):
        return result.to_numpy()
    try:
        native = nw.from_native(original, eager_only=True)
    except TypeError:
        return result
    if native.implementation.is_pandas():
        return result
    if isinstance(result.index, pd.DatetimeIndex):
        result = result.rename_axis("timestamp").reset_index()
    zones = {
        name: str(dtype.tz) for name, dtype in result.dtypes.items() if isinstance(dtype, pd.DatetimeTZDtype)
    }
    # Zoned times become arrays of objects: they travel without their zone and get it back.
    columns = {name: _plain_values(result[name]) for name in result.columns}
    made = nw.from_dict(columns, backend=native.implementation)
    restored = [
        nw.col(str(name)).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        for name, zone in zones.items()
    ]
    return made.with_columns(*restored).to_native()


def _plain_values(column: pd.Series) -> np.ndarray:
    """Return values that any table library takes: UTC times without a zone, ``None`` for a missing text."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    elif pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column):
        column = column.astype(object).where(column.notna(), None)
    return column.to_numpy()
