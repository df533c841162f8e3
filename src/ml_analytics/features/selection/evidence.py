"""What a selection may look at: complete training rows in time order, and the columns that can be scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ..indicator import Array
from ..moments import row_moments
from ..panel import SYMBOL
from .target import read_target

FEWEST_ROWS = 10


class UnfitFeaturesError(DataProcessingError):
    """The features cannot be scored."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows and columns to score.

    ``values`` (n_rows, n_scored) has no missing value and no constant column; ``columns`` are the positions of
    its columns in the table and ``aside`` says of every other position why it is left out. ``bars`` numbers the
    moments of the rows from 0, without going back; rows of one time share a number.
    """

    names: tuple[str, ...]
    values: Array
    columns: np.ndarray
    aside: dict[int, str]
    target: Array
    classes: bool
    bars: np.ndarray


def read_evidence(
    frame: pd.DataFrame,
    target: Any,
    *,
    task: str,
    max_missing: float,
    owner: str,
    parameter: str = "features",
) -> Evidence:
    """Read a table and its target.

    A column is left out when it holds times or symbols, when more than ``max_missing`` of its values (where the
    target is known) are missing or infinite, or when it never changes. A row is left out when its target or a
    value of a remaining column is missing or infinite: the warm-up of the slowest indicator, and the last bars
    without a label.

    Raises:
        ParameterError: the target does not fit, or is not one that ``task`` can use.
        UnfitFeaturesError: a column is not numeric, or fewer than 10 rows are complete.
        LeakageError: a column that by its name holds the times cannot be read.
    """
    answer = read_target(target, frame, task, owner)
    order, bars = _in_time(frame, owner)
    values, aside = _numbers(frame, owner)
    finite = np.isfinite(values)
    known = answer.known
    _require_rows(int(known.sum()), len(frame), "rows with a known target", owner, parameter)
    gaps = 1 - finite[known].mean(axis=0)
    for at in np.flatnonzero(gaps > max_missing):
        share = "without a value" if gaps[at] == 1 else f"missing in {gaps[at]:.0%} of the rows"
        aside.setdefault(int(at), share)
    columns = np.setdiff1d(np.arange(values.shape[1]), list(aside))
    complete = known & finite[:, columns].all(axis=1)
    if complete.sum() < FEWEST_ROWS:
        worst = columns[int(np.argmax(gaps[columns]))] if len(columns) else 0
        hint = f"; '{frame.columns[worst]}' has most gaps" if len(columns) and gaps[worst] > 0 else ""
        _require_rows(int(complete.sum()), len(frame), f"complete rows{hint}", owner, parameter)
    rows = order[complete[order]]
    for at in columns[np.ptp(values[np.ix_(rows, columns)], axis=0) == 0]:
        aside[int(at)] = "constant"
    columns = np.setdiff1d(columns, list(aside))
    return Evidence(
        tuple(map(str, frame.columns)),
        np.asfortranarray(values[np.ix_(rows, columns)]),
        columns,
        aside,
        answer.values[rows],
        answer.classes,
        bars[complete[order]],
    )


def _require_rows(count: int, rows: int, what: str, owner: str, parameter: str) -> None:
    if count < FEWEST_ROWS:
        raise UnfitFeaturesError(
            f"The '{parameter}' parameter of {owner} must have at least {FEWEST_ROWS} {what}. "
            f"Got {count} (n_samples = {rows})."
        )


def _in_time(frame: pd.DataFrame, owner: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows in the order of their times (as they come, without times) and the bar of each."""
    moments = row_moments(frame, owner)
    if moments is None:
        rows = np.arange(len(frame))
        return rows, rows
    order = np.argsort(moments, kind="stable")
    return order, moments[order]


def _numbers(frame: pd.DataFrame, owner: str) -> tuple[Array, dict[int, str]]:
    """Return the table as numbers, and the positions of columns that say which row it is."""
    values = np.full(frame.shape, np.nan)
    aside: dict[int, str] = {}
    for at, name in enumerate(frame.columns):
        column = frame.iloc[:, at]
        key = key_kind(name, column)
        if key is not None:
            aside[at] = f"a column of {key}"
            continue
        values[:, at] = _column(column, name, owner)
    return values, aside


def key_kind(name: Any, column: pd.Series) -> str | None:
    """Say what a column that tells which row it is, and is no feature, holds: ``times`` or ``symbols``.

    >>> key_kind("symbol", pd.Series(["SPX"])), key_kind("symbol", pd.Series([1.5]))
    ('symbols', None)
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "times"
    named = str(name).lower() == SYMBOL and not pd.api.types.is_numeric_dtype(column.dtype)
    return "symbols" if named else None


def _column(column: pd.Series, name: Any, owner: str) -> Array:
    if pd.api.types.is_complex_dtype(column.dtype):
        raise ParameterError(
            f"The column '{name}' of {owner} must hold real numbers. Complex data not supported."
        )
    if not pd.api.types.is_numeric_dtype(
        column.dtype
    ):  # truth values and whole numbers with gaps are objects
        odd = next((one for one in column if not _is_number(one) and not pd.isna(one)), None)
        if odd is not None:
            raise UnfitFeaturesError(
                f"The column '{name}' of {owner} must hold numbers: code texts first (DataProcessor). "
                f"Got {str(odd)[:60]!r}."
            )
        column = column.astype("Float64")
    numbers: Array = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.number, np.bool_)) and not isinstance(value, complex)
