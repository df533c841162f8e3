"""Measures joined to bars: each bar takes what was known at its stamp."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import Table, like, to_pandas
from ...core.row_times import TIME_NAMES, require_time_order
from .grid import bar_stamps
from .times import Duration, Times, earlier, nanoseconds


def join_to_bars(
    bars: Table, *features: Table, latency: Duration = "0s", max_age: Duration | None = None
) -> Table:
    """Return ``bars`` with the columns of ``features``: of each table the newest row known at the bar's stamp.

    A row stamped s is known at s + ``latency``; a bar stamped t (its close) takes the last with s +
    ``latency`` <= t. Rows after it never show. Bars must be stamped when they close, as :func:`time_bars` and
    the others do; bars stamped with their beginning would take less than they may, never more.

    Args:
        bars: pandas or polars rows on rising times.
        features: tables on times in order, as the measures of this package return them; of rows of one time
            the last.
        latency: how long a row takes to reach you, 0 or more.
        max_age: a row that is older than this at the bar's stamp is not taken; ``None``: none is too old.

    Returns:
        The kind of table that ``bars`` is, all rows and columns of it first; missing where no row was known.

    Raises:
        ParameterError: no ``features``, or a negative ``latency`` or ``max_age``.
        DataProcessingError: two columns have one name; a table has no times or they go back.

    >>> days = pd.date_range("2024-01-02", periods=3, tz="UTC")
    >>> bars = pd.DataFrame({"close": [1.0, 2.0, 3.0]}, index=days)
    >>> known = pd.DataFrame({"ofi": [5.0, 6.0]}, index=days[1:] + pd.Timedelta("1s"))
    >>> join_to_bars(bars, known)["ofi"].tolist()
    [nan, nan, 5.0]
    """
    owner = "join_to_bars"
    if not features:
        raise ParameterError.of("features", owner, "at least one table", features)
    delay = nanoseconds(latency, "latency", owner, least=0)
    oldest = None if max_age is None else nanoseconds(max_age, "max_age", owner, least=0)
    at = bar_stamps(bars, "bars", owner)
    names = set(map(str, to_pandas(bars, "bars", owner).columns))
    found: dict[str, pd.Series] = {}
    for table in features:
        frame = to_pandas(table, "features", owner)
        rows = _rows_known(frame, at, delay, oldest, owner)
        if not isinstance(frame.index, pd.DatetimeIndex):
            frame = frame.drop(columns=_time_column(frame))
        for name, column in frame.reset_index(drop=True).items():
            if str(name) in names:
                raise DataProcessingError(f"The column '{name}' of {owner} stands twice: rename one of them.")
            names.add(str(name))
            found[str(name)] = _taken(column, rows)
    return _beside(bars, pd.DataFrame(found))


def _rows_known(frame: pd.DataFrame, at: Times, delay: int, oldest: int | None, owner: str) -> Times:
    """Return for each bar the position of its row, -1 for none."""
    times = require_time_order(frame, f"the features of {owner}")
    if times is None:
        raise DataProcessingError(f"The 'features' parameter of {owner} must have times.")
    stamps = times.as_unit("ns").asi8
    rows = np.searchsorted(stamps, earlier(at, delay), side="right") - 1
    if oldest is not None and len(stamps):
        rows[stamps[np.maximum(rows, 0)] < earlier(at, oldest)] = -1
    return rows


def _taken(column: pd.Series, rows: Times) -> pd.Series:
    if (rows >= 0).all():
        return column.iloc[rows].reset_index(drop=True)
    return column.reindex(rows).reset_index(drop=True)  # -1 is no row: missing, in the column's own way


def _time_column(frame: pd.DataFrame) -> list[str]:
    by_name = {str(name).lower(): str(name) for name in reversed(list(frame.columns))}
    return [by_name[name] for name in TIME_NAMES if name in by_name][:1]


def _beside(bars: Table, found: pd.DataFrame) -> Table:
    if isinstance(bars, pd.DataFrame):
        return pd.concat([bars, found.set_axis(bars.index)], axis=1)
    native = nw.from_native(bars, eager_only=True)
    return nw.concat([native, nw.from_native(like(bars, found))], how="horizontal").to_native()
