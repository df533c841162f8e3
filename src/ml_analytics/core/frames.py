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
        ParameterError: not a table, or an array that is not two-dimensional.
        DataProcessingError: two columns have one name.
    """
    if isinstance(table, pd.DataFrame):
        frame = table
    elif isinstance(table, np.ndarray):
        if table.ndim != 2:
            raise ParameterError.of(parameter, owner, "two-dimensional (n_samples, n_features)", table.shape)
        frame = pd.DataFrame(table, columns=[f"x{i}" for i in range(table.shape[1])])
    elif isinstance(table, dict):
        scalar = not any(isinstance(value, (list, tuple, np.ndarray, pd.Series)) for value in table.values())
        frame = pd.DataFrame([table]) if scalar else pd.DataFrame(table)
    elif isinstance(table, list) and all(isinstance(row, dict) for row in table):
        frame = pd.DataFrame(table)
    elif isinstance(table, (list, tuple)):
        return to_pandas(np.asarray(table), parameter, owner)
    else:
        try:
            frame = nw.from_native(table, eager_only=True).to_pandas()
        except TypeError as error:
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
    # A zoned pandas column becomes an array of objects; the times travel without their zone and get it back.
    columns = {
        name: (
            result[name].dt.tz_convert("UTC").dt.tz_localize(None) if name in zones else result[name]
        ).to_numpy()
        for name in result.columns
    }
    made = nw.from_dict(columns, backend=native.implementation)
    restored = [
        nw.col(str(name)).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        for name, zone in zones.items()
    ]
    return made.with_columns(*restored).to_native()
