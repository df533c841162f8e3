"""Whether a target with an index stands row by row beside the features: same symbols, same times, same order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ...core.row_times import TIME_NAMES
from ..panel import SYMBOL


def require_aligned(target: Any, frame: pd.DataFrame, owner: str) -> None:
    """Refuse a pandas target whose index says that its rows are not those of ``frame``, in this order.

    - Times are compared with times, and the other levels of two indexes of several levels with each other, as text.
    - Of a single level beside several, times must be those of the time level, and texts those of another level;
      numbers must rise, for they can only count the rows.
    - Of two single levels that hold the same labels the order must be the same.

    The rows of ``frame`` are told by its index, else by its columns of times and symbols. An array, a list and a
    series of polars have no index: they go by position, and so does what cannot be compared.

    Raises:
        ParameterError: the rows are others.

    >>> days = pd.date_range("2024-01-01", periods=2, tz="UTC")
    >>> rows = pd.MultiIndex.from_product([["A", "B"], days])
    >>> table = pd.DataFrame({"a": range(4)}, index=rows)
    >>> require_aligned(pd.Series(range(4), index=rows), table, "example")
    >>> require_aligned(pd.Series(range(4), index=rows).sort_index(level=1), table, "example")
    Traceback (most recent call last):
    ml_analytics.core.errors.ParameterError: The 'target' parameter of example must have the symbols and times of \
the features, row by row; align it, or give its values alone to go by position. Got other times.
    """
    if not isinstance(target, pd.Series) or len(target) != len(frame):
        return
    index, rows = target.index, frame.index
    if _counts(rows) and not _counts(index):
        rows = _rows_of_columns(frame)
    if (different := _difference(index, rows)) is None:
        return
    several = isinstance(index, pd.MultiIndex) or isinstance(rows, pd.MultiIndex)
    must = "symbols and times" if several else "times" if different == "times" else "index"
    raise ParameterError(
        f"The 'target' parameter of {owner} must have the {must} of the features, row by row; align it, or give its "
        f"values alone to go by position. Got other {different}."
    )


def _difference(index: pd.Index, rows: pd.Index) -> str | None:
    """Say in what two indexes of equal length differ, if they can be compared and do."""
    if isinstance(index, pd.MultiIndex) and isinstance(rows, pd.MultiIndex):
        return _of_several(index, rows)
    if isinstance(index, pd.MultiIndex):
        return None if _counts(rows) else _of_one(rows, index)
    if isinstance(rows, pd.MultiIndex):
        return _of_one(index, rows)
    if _is_times(index) and _is_times(rows):
        return None if _same(index, rows) else "times"
    reordered = not index.equals(rows) and index.is_unique and index.symmetric_difference(rows).empty
    return "order" if reordered else None


def _of_several(index: pd.MultiIndex, rows: pd.MultiIndex) -> str | None:
    (times, others), (row_times, row_others) = _levels(index), _levels(rows)
    if len(times) != len(row_times) or len(others) != len(row_others):
        return "levels"
    if not all(map(_same, times, row_times)):
        return "times"
    return None if all(map(_same, others, row_others)) else "symbols"


def _of_one(single: pd.Index, several: pd.MultiIndex) -> str | None:
    if _counts(single):
        return None if single.is_monotonic_increasing else "order"
    times, others = _levels(several)
    wanted = times if _is_times(single) else others
    if any(_same(single, level) for level in wanted):
        return None
    return "times" if _is_times(single) else "symbols"


def _levels(index: pd.MultiIndex) -> tuple[list[pd.Index], list[pd.Index]]:
    """Return the levels of times and the other ones, row by row."""
    levels = [index.get_level_values(level) for level in range(index.nlevels)]
    return [one for one in levels if _is_times(one)], [one for one in levels if not _is_times(one)]


def _same(one: pd.Index, two: pd.Index) -> bool:
    if _is_times(one):
        return np.array_equal(_nanoseconds(one), _nanoseconds(two))
    return np.array_equal(one.astype(str).to_numpy(), two.astype(str).to_numpy())


def _rows_of_columns(frame: pd.DataFrame) -> pd.Index:
    """Return symbols and times where they are columns, else the index as it is."""
    by_name = {str(name).lower(): at for at, name in reversed(list(enumerate(frame.columns)))}
    at = next((by_name[one] for one in TIME_NAMES if one in by_name), None)
    if at is None or not pd.api.types.is_datetime64_any_dtype(frame.dtypes.iloc[at]):
        return frame.index
    times = pd.DatetimeIndex(frame.iloc[:, at])
    if SYMBOL not in by_name:
        return times
    return pd.MultiIndex.from_arrays([frame.iloc[:, by_name[SYMBOL]], times])


def _is_times(index: pd.Index) -> bool:
    return isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex))


def _counts(index: pd.Index) -> bool:
    return not isinstance(index, pd.MultiIndex) and pd.api.types.is_numeric_dtype(index.dtype)


def _nanoseconds(times: pd.Index) -> np.ndarray:
    known = times.to_timestamp() if isinstance(times, pd.PeriodIndex) else pd.DatetimeIndex(times)
    return (known.tz_localize("UTC") if known.tz is None else known.tz_convert("UTC")).as_unit("ns").asi8
