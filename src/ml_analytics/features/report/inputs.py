"""What a report is made of: features by name, and the times, the bars and the target of the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import Table, to_pandas
from ...core.ohlcv import OHLCV
from ...core.row_times import TIME_NAMES, row_times
from ..bars import read_bars
from ..catalogue import catalogue
from ..indicator import Array, Indicator
from ..panel import SYMBOL, has_symbols, read_panel
from ..selection.alignment import require_aligned

OWNER = "feature_report"


@runtime_checkable
class MakesFeatures(Protocol):
    """A pipeline: bars in, a table of features out."""

    def generate_features(self, ohlcv: Table) -> Table:
        """Return one row of features per bar."""
        ...


Source: TypeAlias = MakesFeatures | Table
"""A pipeline, or a table of numbers with one row per bar."""

Rows: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The bars of the chart: ``open high low close volume``, UTC.

    ``rows`` are the rows of features that belong to them, in time order, and ``symbol`` whose bars they are
    (empty where only one series was given).
    """

    bars: pd.DataFrame
    rows: Rows
    symbol: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Everything on the same rows, in time order.

    Attributes:
        names: of the features, as text.
        values: shape (n_rows, n_features), NaN where a value is missing or infinite.
        infinite: how many infinite values each feature had.
        times: of the rows, UTC; ``None`` where nothing tells them.
        shown: the bars; ``None`` without.
        target: by position, ``None`` without.
        entries: the catalogue's entry of every feature that has one.
    """

    names: tuple[str, ...]
    values: Array
    infinite: NDArray[np.int64]
    times: pd.DatetimeIndex | None
    shown: Shown | None
    target: pd.Series | None
    entries: Mapping[str, Indicator]

    @property
    def index(self) -> pd.Index:
        """The names as the index of a table; any text is a name, also one that Arrow cannot hold."""
        return pd.Index(self.names, name="feature", dtype=object)

    def group(self, name: str) -> str:
        """Return the group of a feature, ``other`` for one that the catalogue does not know."""
        return self.entries[name].group if name in self.entries else "other"


def read_inputs(source: Source, ohlcv: Table | None, target: Any) -> Inputs:
    """Read and align what :func:`ml_analytics.features.feature_report` was given.

    Raises:
        ParameterError: the rows of features, bars and target do not belong together.
        DataProcessingError: a feature is not numeric, a time is missing, or bars are not usable.
    """
    frame, entries = _features(source, ohlcv)
    times, labelled = row_times(frame, OWNER), frame
    frame = _without_labels(frame, times)
    if frame.empty:
        raise DataProcessingError(
            f"The features of {OWNER} must have a row and a column. Got the shape {frame.shape}."
        )
    if times is not None and times.hasnans:
        row = int(np.argmax(times.isna()))
        raise DataProcessingError(f"The rows of {OWNER} must all have a time. Got none in row {row}.")
    values, infinite = _numbers(frame)
    names = _unique_texts(frame)
    shown, times = _shown(ohlcv, times, len(frame))
    answers = None if target is None else _target(target, labelled, times)
    if times is not None and not times.is_monotonic_increasing:
        order = np.argsort(times.asi8, kind="stable")
        values, times = np.asfortranarray(values[order]), times[order]
        answers = None if answers is None else answers.iloc[order].reset_index(drop=True)
        if shown is not None:
            place = np.empty(len(order), dtype=np.int64)
            place[order] = np.arange(len(order))
            shown = replace(shown, rows=np.sort(place[shown.rows]))
    return Inputs(names, values, infinite, times, shown, answers, entries)


def _features(source: Source, ohlcv: Table | None) -> tuple[pd.DataFrame, dict[str, Indicator]]:
    """Return the table of features, and the entries that explain them."""
    entries = {name: one for one in catalogue() for name in one.columns}
    if not isinstance(source, MakesFeatures):
        return to_pandas(source, "features", OWNER), entries
    if ohlcv is None:
        raise ParameterError.of("ohlcv", OWNER, "bars when features come from a pipeline", ohlcv)
    configured = getattr(getattr(source, "features", None), "indicators", ())
    entries |= {name: one for one in configured for name in one.columns}
    return to_pandas(source.generate_features(ohlcv), "features", OWNER), entries


def _without_labels(frame: pd.DataFrame, times: pd.DatetimeIndex | None) -> pd.DataFrame:
    """Leave out columns that hold times or symbols rather than features."""
    dropped = []
    for position, name in enumerate(frame.columns):
        column, called = frame.iloc[:, position], str(name).lower()
        text = not pd.api.types.is_numeric_dtype(column)
        if pd.api.types.is_datetime64_any_dtype(column) or (
            text and (called == SYMBOL or (times is not None and called in TIME_NAMES))
        ):
            dropped.append(name)
    return frame.drop(columns=dropped) if dropped else frame


def _shown(
    ohlcv: Table | None, times: pd.DatetimeIndex | None, rows: int
) -> tuple[Shown | None, pd.DatetimeIndex | None]:
    """Return the bars of the chart and the times of the rows; refuse features that are not of these bars."""
    if ohlcv is None:
        return None, times
    if has_symbols(to_pandas(ohlcv, "ohlcv", OWNER)):
        panel = read_panel(ohlcv, OWNER, fill_forward=True)
        _same_length(rows, len(panel))
        symbol, part = max(panel.parts(), key=lambda one: one[1].stop - one[1].start)
        own = np.arange(part.start, part.stop) if panel.order is None else panel.order[part]
        every = pd.DatetimeIndex(panel.index.get_level_values(1))
        shown = Shown(pd.DataFrame(panel.series(part), index=every[own]), np.asarray(own, np.int64), symbol)
        return shown, every
    arrays, index = read_bars(ohlcv, OWNER, fill_forward=True)
    bars = pd.DataFrame({name: arrays[name] for name in OHLCV}, index=index)
    if times is None:
        _same_length(rows, len(bars))
        times = index
    foreign = ~times.isin(index)
    if foreign.any():
        first = times[int(np.argmax(foreign))]
        raise ParameterError.of("features", OWNER, "of times that are among the bars", str(first))
    if not times.is_unique:
        raise ParameterError.of("features", OWNER, "of one row per bar", str(times[times.duplicated()][0]))
    return Shown(bars, np.arange(rows)), times


def _same_length(rows: int, bars: int) -> None:
    if rows != bars:
        raise ParameterError.of(
            "features", OWNER, f"of as many rows as there are bars, {bars}", f"{rows} rows"
        )


def _numbers(frame: pd.DataFrame) -> tuple[Array, NDArray[np.int64]]:
    values = np.empty(frame.shape, order="F")
    infinite = np.zeros(frame.shape[1], dtype=np.int64)
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
            raise DataProcessingError(
                f"The feature '{name}' of {OWNER} must hold numbers. Got {column.dtype}."
            )
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        beyond = np.isinf(numbers)
        infinite[position] = np.count_nonzero(beyond)
        values[:, position] = np.where(beyond, np.nan, numbers)
    return values, infinite


def _unique_texts(frame: pd.DataFrame) -> tuple[str, ...]:
    names = tuple(map(str, frame.columns))
    if len(set(names)) < len(names):  # 1 and "1"
        raise DataProcessingError(f"The names of the features of {OWNER} must differ as text.")
    return names


def _target(target: Any, frame: pd.DataFrame, times: pd.DatetimeIndex | None) -> pd.Series:
    """Return the target by position: a series with times goes by them, anything else as it stands.

    Where a time is not a single row (several symbols) a series must have the rows of ``frame``, in their order.
    """
    if isinstance(target, pd.Series) and times is not None:
        index = target.index
        if isinstance(index, pd.DatetimeIndex) and index.is_unique:
            return _by_time(target, index, times)
    values = np.asarray(target)
    if values.shape != (len(frame),):
        raise ParameterError.of("target", OWNER, f"of shape ({len(frame)},)", values.shape)
    require_aligned(target, frame, OWNER)
    return pd.Series(values, name=getattr(target, "name", None))


def _by_time(target: pd.Series, index: pd.DatetimeIndex, times: pd.DatetimeIndex) -> pd.Series:
    index = index.tz_localize("UTC") if index.tz is None else index.tz_convert("UTC")
    if not index.isin(times).any():
        raise ParameterError.of("target", OWNER, "of times that are among the rows", str(index[0]))
    found: pd.Series = target.set_axis(index).reindex(times)
    return found.reset_index(drop=True)
