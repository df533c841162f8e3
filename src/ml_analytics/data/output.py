"""What a read gives out: pandas, polars or Arrow, equal in content."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import pandas as pd
import pyarrow as pa

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.optional import require

Output: TypeAlias = Literal["pandas", "polars", "arrow"]
OUTPUTS = ("pandas", "polars", "arrow")
_LARGEST = 2**63


def output_of(value: object, owner: str) -> Output:
    """Return ``value`` when it is ``pandas``, ``polars`` or ``arrow``; polars must be installed."""
    if value == "pandas":
        return "pandas"
    if value == "polars":
        require("polars", "polars", "The output 'polars'")
        return "polars"
    if value == "arrow":
        return "arrow"
    raise ParameterError.of("output", owner, "'pandas', 'polars' or 'arrow'", value)


def records_as(output: Output, table: pa.Table, json_columns: Iterable[str]) -> Any:
    """Return rows of a table as asked for; pandas gets mappings where the others have JSON as text."""
    if output == "arrow":
        return table
    if output == "polars":
        return _polars(table)
    frame = table.to_pandas()
    for name in json_columns:
        if name in frame.columns:
            frame[name] = pd.Series(
                [None if cell is None else json.loads(cell) for cell in table.column(name).to_pylist()],
                index=frame.index,
                dtype=object,
            )
    return frame


def documents_as(output: Output, frame: pd.DataFrame) -> Any:
    """Return documents as asked for; what is no plain text, number, truth value or time is JSON text in Arrow."""
    if output == "pandas":
        return frame
    table = pa.table({str(name): _column(frame[name]) for name in frame.columns})
    return table if output == "arrow" else _polars(table)


def _polars(table: pa.Table) -> Any:
    import polars

    return polars.from_arrow(table)


def _column(column: pd.Series) -> pa.Array:
    if pd.api.types.is_datetime64_any_dtype(column):
        return pa.array(column, pa.timestamp("us", "UTC"))
    if column.dtype != object and not pd.api.types.is_string_dtype(column):
        return pa.array(column, from_pandas=True)
    cells = [None if _missing(cell) else cell for cell in column.tolist()]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {str}:
        return pa.array(cells, pa.string())
    if kinds <= {bool}:
        return pa.array(cells, pa.bool_())
    if kinds <= {int} and all(cell is None or -_LARGEST <= cell < _LARGEST for cell in cells):
        return pa.array(cells, pa.int64())
    if kinds <= {int, float} and all(cell is None or _exact(cell) for cell in cells):
        return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
    return pa.array([None if cell is None else _json(cell) for cell in cells], pa.string())


def _exact(cell: float) -> bool:
    """Say whether a number stays what it is as a float; a large whole one may not."""
    try:
        return float(cell) == cell
    except OverflowError:
        return False


def _missing(cell: object) -> bool:
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and cell != cell)  # noqa: PLR0124


def _json(cell: object) -> str:
    return json.dumps(cell, sort_keys=True, ensure_ascii=False, default=str)
