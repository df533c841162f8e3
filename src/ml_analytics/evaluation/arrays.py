"""Labels and numbers at the door of this room: one-dimensional, known, of one length."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import ParameterError


def as_labels(value: Any, parameter: str, owner: str) -> np.ndarray:
    """Return class labels as a one-dimensional array of numbers, booleans or text.

    >>> as_labels(["up", "down"], "y_true", "accuracy").tolist()
    ['up', 'down']

    Raises:
        ParameterError: not one-dimensional, empty, or a label is missing or infinite.
    """
    array = np.asarray(value)
    if array.ndim != 1 or array.size == 0:
        raise ParameterError.of(parameter, owner, "one-dimensional with at least one label", array.shape)
    unknown = ~np.isfinite(array) if array.dtype.kind == "f" else np.asarray(pd.isna(array))
    if unknown.any():
        position = int(np.argmax(unknown))
        raise ParameterError.of(
            parameter,
            owner,
            "without missing or infinite labels",
            f"{array[position]} at position {position}",
        )
    if array.dtype.kind == "O":
        array = np.asarray(array.tolist())
    if array.ndim != 1 or array.dtype.kind not in "biufU":
        raise ParameterError.of(parameter, owner, "made of numbers, booleans or text", str(array.dtype))
    return array


def as_numbers(value: Any, parameter: str, owner: str) -> np.ndarray:
    """Return finite numbers as a one-dimensional float64 array.

    >>> as_numbers([1, 2.5], "y_true", "mae").tolist()
    [1.0, 2.5]

    Raises:
        ParameterError: not one-dimensional, empty, not numeric, or NaN or infinite somewhere.
    """
    array = as_labels(value, parameter, owner)
    if array.dtype.kind not in "biuf":
        raise ParameterError.of(parameter, owner, "numeric", str(array.dtype))
    return array.astype(np.float64)


def as_pair(
    y_true: Any, y_pred: Any, owner: str, names: tuple[str, str] = ("y_true", "y_pred")
) -> tuple[np.ndarray, np.ndarray]:
    """Return two label arrays of one length and one kind (both text or both numbers).

    Text never equals a number, so comparing the two would quietly give an accuracy of zero: refused instead.

    Raises:
        ParameterError: either one is unusable, or lengths or kinds differ.
    """
    truth, guess = as_labels(y_true, names[0], owner), as_labels(y_pred, names[1], owner)
    require_length(guess, truth.size, names[1], owner)
    if (truth.dtype.kind == "U") != (guess.dtype.kind == "U"):
        raise ParameterError.of(
            names[1], owner, f"of the kind of '{names[0]}' ({truth.dtype})", str(guess.dtype)
        )
    return truth, guess


def require_length(array: np.ndarray, n: int, parameter: str, owner: str) -> None:
    """Refuse an array that has not ``n`` rows."""
    if array.shape[0] != n:
        raise ParameterError.of(parameter, owner, f"of length {n}", array.shape[0])


def require_level(level: float, owner: str) -> float:
    """Return a confidence level, which lies strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise ParameterError.of("level", owner, "strictly between 0 and 1", level)
    return float(level)


def require_count(value: int, parameter: str, owner: str, minimum: int = 1) -> int:
    """Return a whole number of at least ``minimum``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < minimum:
        raise ParameterError.of(parameter, owner, f"a whole number of at least {minimum}", value)
    return int(value)
