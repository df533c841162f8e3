"""Targets: labels of a classifier to class numbers and back, numbers of a regressor checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import ParameterError


def class_numbers(y: Any, rows: int, owner: str) -> tuple[tuple[Any, ...], np.ndarray]:
    """Return the sorted labels as plain Python values, and for every row the number of its label.

    >>> class_numbers(["b", "a", "b"], 3, "fit")
    (('a', 'b'), array([1, 0, 1]))

    Raises:
        ParameterError: absent, of another length, with missing values, of mixed types, or of one class.
    """
    values = target_values(y, rows, owner)
    if values.dtype.kind in "biu":  # one type and nothing to look at one by one
        found, numbers = np.unique(values, return_inverse=True)
        return _at_least_two(tuple(found.tolist()), owner), numbers.astype(np.int64)
    labels = [one.item() if isinstance(one, np.generic) else one for one in values.tolist()]
    kinds = {type(one) for one in labels}
    whole = kinds == {float} and all(one.is_integer() for one in labels)
    if len(kinds) != 1 or not (kinds <= {str, int, bool} or whole):
        raise ParameterError.of("y", owner, "labels of one type: text, whole numbers or booleans", labels[:5])
    classes = _at_least_two(tuple(sorted(set(labels))), owner)
    place = {label: number for number, label in enumerate(classes)}
    return classes, np.array([place[one] for one in labels], dtype=np.int64)


def _at_least_two(classes: tuple[Any, ...], owner: str) -> tuple[Any, ...]:
    if len(classes) < 2:
        raise ParameterError(
            f"The 'y' parameter of {owner} must be of at least two classes. Got one class, {classes[0]!r}."
        )
    return classes


def same_times(times: pd.Index, y: Any, owner: str) -> None:
    """Refuse a target whose rows stand at other times than those of X; any other index says nothing.

    Raises:
        ParameterError: both have times, and they differ.
    """
    own = getattr(y, "index", None)
    if isinstance(times, pd.DatetimeIndex) and isinstance(own, pd.DatetimeIndex) and len(own) == len(times):
        differ = np.flatnonzero(np.asarray(own != times))
        if differ.size:
            at = int(differ[0])
            raise ParameterError.of("y", owner, f"at the times of X ({times[at]} in row {at})", str(own[at]))


def class_table(classes: tuple[Any, ...]) -> np.ndarray:
    """Return labels as an array that gives them back as they went in (text as Python ``str``)."""
    table = np.asarray(classes)
    mixed = table.dtype.kind == "f" and any(not isinstance(one, float) for one in classes)
    if table.dtype.kind not in "biuf" or mixed:  # text, or whole numbers that no type of NumPy holds together
        table = np.empty(len(classes), dtype=object)
        table[:] = classes
    return table


def number_target(y: Any, rows: int, owner: str) -> np.ndarray:
    """Return a numeric target as float64.

    Raises:
        ParameterError: absent, of another length, not numeric, or with missing or infinite values.
    """
    values = target_values(y, rows, owner)
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError.of("y", owner, "numeric", values[:5].tolist()) from error
    if not np.isfinite(numbers).all():
        raise ParameterError.of("y", owner, "finite", "an infinite value")
    return numbers


def target_values(y: Any, rows: int, owner: str) -> np.ndarray:
    """Return a target as it is, (n_samples,).

    Raises:
        ParameterError: absent, of another length, or with missing values.
    """
    if y is None:
        raise ParameterError.of("y", owner, "given: this model learns from a target", None)
    if isinstance(y, pd.DataFrame):
        y = y.iloc[:, 0] if y.shape[1] == 1 else y.to_numpy()
    if isinstance(y, pd.Series) and isinstance(y.dtype, np.dtype) and y.dtype.kind in "biuf":
        y = y.to_numpy()
    if isinstance(y, (pd.Series, list, tuple)):
        y = np.asarray(y, dtype=object)  # NumPy's own text type would drop trailing NUL characters
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ParameterError.of("y", owner, "one-dimensional (n_samples,)", values.shape)
    if len(values) != rows:
        raise ParameterError.of("y", owner, f"as long as X ({rows} rows)", f"{len(values)} values")
    if pd.isna(values).any():
        raise ParameterError.of("y", owner, "free of missing values", f"{int(pd.isna(values).sum())} missing")
    return values
