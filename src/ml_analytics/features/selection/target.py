"""The target of a selection: classes or numbers, aligned by position, with what is unknown marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..indicator import Array
from .alignment import require_aligned

TASKS = ("auto", "classification", "regression")
MOST_CLASSES = 20


@dataclass(frozen=True, slots=True)
class Target:
    """Class numbers or plain numbers, whether they are classes, which rows have one, and what classes are called."""

    values: Array
    classes: bool
    known: np.ndarray
    labels: tuple[str, ...] = ()


def read_target(target: Any, frame: pd.DataFrame, task: str, owner: str) -> Target:
    """Read a target of the rows of ``frame``.

    ``auto`` takes texts, booleans, and at most 20 different whole numbers as classes. Missing and infinite
    values are unknown.

    Raises:
        ParameterError: another shape, a pandas index that is not that of the rows
            (:func:`~.alignment.require_aligned`), or texts where ``task`` is ``regression``.
    """
    series = _series(target, owner)
    if series.shape != (len(frame),):
        raise ParameterError.of("target", owner, f"of shape ({len(frame)},)", series.shape)
    require_aligned(target, frame, owner)
    if pd.api.types.is_complex_dtype(series.dtype):
        raise ParameterError(f"The 'target' parameter of {owner} must be real. Complex data not supported.")
    if _is_boolean(series) or not pd.api.types.is_numeric_dtype(series.dtype):
        if task == "regression" and not _is_boolean(series):
            raise ParameterError.of("target", owner, "numbers for the task 'regression'", series.iloc[0])
        return _of_classes(series)
    numbers: Array = series.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(numbers)
    different = np.unique(numbers[known])
    whole = len(different) <= MOST_CLASSES and bool((different == np.floor(different)).all())
    if task == "classification" or (task == "auto" and whole):
        return _of_classes(pd.Series(np.where(known, numbers, np.nan)))
    return Target(numbers, False, known)


def _series(target: Any, owner: str) -> pd.Series:
    if target is None:
        raise ParameterError(
            f"The 'target' parameter of {owner} must be given: {owner} requires y to be passed, but the target y "
            "is None."
        )
    if isinstance(target, pd.Series):
        return target.reset_index(drop=True)
    if not isinstance(target, (np.ndarray, list, tuple)):
        native = nw.from_native(target, allow_series=True, pass_through=True)
        target = native.to_pandas() if isinstance(native, nw.Series) else target
    if isinstance(target, pd.Series):
        return target
    values = np.asarray(target)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ParameterError.of("target", owner, "one-dimensional", values.shape)
    if values.dtype == object:
        return pd.Series(values).infer_objects()
    return pd.Series(values)


def _is_boolean(series: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(series.dtype):
        return True
    known = series.dropna()
    return series.dtype == object and len(known) > 0 and all(isinstance(one, bool) for one in known)


def _of_classes(series: pd.Series) -> Target:
    known = series.notna().to_numpy()
    if series.dtype == object:  # texts beside numbers cannot be sorted
        series = series.map(str, na_action="ignore")
    codes, different = pd.factorize(series, sort=True)
    labels = tuple(f"{one:g}" if isinstance(one, float) else str(one) for one in different)
    return Target(codes.astype(np.float64), True, known, labels)
