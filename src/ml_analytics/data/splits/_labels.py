"""Where labels end: the last bar that each row's label looks at, and which rows a test group puts out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.row_times import row_times


def last_bars(X: Any, bars: np.ndarray, horizon: int, label_end: Any, owner: str) -> np.ndarray:
    """Return, per row, the last bar that its label looks at.

    That is ``horizon`` bars on, or where ``label_end`` says, whichever is later. An end between two bars is the
    earlier one; a missing end (a label that is still open) is the end of the table. A Series is matched to
    the rows by its index when both have one.

    Raises:
        ParameterError: ends that do not fit the rows, lie before their row, or are times while ``X`` has none.
    """
    ends = bars + horizon
    if label_end is None:
        return ends
    given = _of_rows(X, len(bars), label_end, owner)
    final = int(bars[-1]) if len(bars) else 0
    known = _times_to_bars(X, bars, given, owner) if _is_time(given) else _positions(given, owner)
    known = np.where(np.isnan(known), final, known).astype(np.int64)
    early = known < bars
    if early.any():
        row = int(np.argmax(early))
        raise ParameterError.of(
            "label_end", owner, f"at or after the time of its row (row {row})", given.iloc[row]
        )
    latest: np.ndarray = np.maximum(ends, known)
    return latest


def kept_beside(
    bars: np.ndarray, ends: np.ndarray, start: int, stop: int, embargo: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return masks of the rows before and after the test bars ``[start, stop)`` that may be trained on.

    The test rows' labels together cover the bars from ``start`` to the latest of their ends without a gap, so
    a row may be kept when its own label ends before that, or when it begins ``embargo`` bars after it.
    """
    tested = (bars >= start) & (bars < stop)
    reach = int(ends[tested].max())
    return ends < start, bars > reach + embargo


def _of_rows(X: Any, n_rows: int, label_end: Any, owner: str) -> pd.Series:
    index = getattr(X, "index", None)
    if isinstance(label_end, pd.Series):
        given = label_end
        if isinstance(index, pd.Index) and not _is_counter(given.index) and not given.index.equals(index):
            if not given.index.is_unique or not index.isin(given.index).all():
                raise ParameterError(
                    f"The 'label_end' parameter of {owner} must have an index that holds every row of X once."
                )
            given = given.loc[index]
    else:
        array = label_end.to_numpy() if hasattr(label_end, "to_numpy") else label_end
        given = pd.Series(pd.DatetimeIndex(label_end) if isinstance(label_end, pd.DatetimeIndex) else array)
    if len(given) != n_rows:
        raise ParameterError.of("label_end", owner, f"as long as X ({n_rows} rows)", len(given))
    return given


def _is_counter(index: pd.Index) -> bool:
    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1


def _is_time(given: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(given)


def _times_to_bars(X: Any, bars: np.ndarray, given: pd.Series, owner: str) -> np.ndarray:
    times = row_times(X, owner)
    if times is None:
        raise ParameterError(
            f"The 'label_end' parameter of {owner} must be made of bar positions while X has no times."
        )
    first_rows = np.flatnonzero(np.diff(bars, prepend=-1))
    moments, ends = _utc(times)[first_rows], _utc(pd.DatetimeIndex(given))
    before_row = np.asarray(ends < _utc(times))
    last = np.searchsorted(moments.asi8, ends.asi8, side="right") - 1.0
    last[before_row] = -1.0
    last[ends.isna()] = np.nan
    return np.asarray(last)


def _utc(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    aware = times.tz_localize("UTC") if times.tz is None else times.tz_convert("UTC")
    return aware.as_unit("ns")


def _positions(given: pd.Series, owner: str) -> np.ndarray:
    must_be = "made of times or of whole bar positions"
    try:
        positions = given.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ParameterError.of("label_end", owner, must_be, given.dtype) from error
    odd = ~np.isnan(positions) & (positions != np.floor(positions))
    if odd.any() or np.isinf(positions).any() or given.dtype == bool:
        raise ParameterError.of("label_end", owner, must_be, given.dtype)
    return np.asarray(positions)
