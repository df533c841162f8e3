"""From what a model gives to what people asked for: labels, tables, records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from .indicator import Array

OUTPUTS = ("labels", "frame", "records")
_OWNER = "postprocess"


def answers(predictions: Any, classes: Sequence[Any] | None, threshold: float | None, output: str) -> Any:
    """See :meth:`ml_analytics.features.DataProcessor.postprocess`."""
    if output not in OUTPUTS:
        raise ParameterError.of("output", _OWNER, f"one of {', '.join(OUTPUTS)}", output)
    values = np.asarray(predictions)
    probabilities = _probabilities(values, classes, threshold)
    winners = values if probabilities is None else _winners(probabilities, threshold)
    found = winners if classes is None else _labels(winners, list(classes))
    if output == "labels":
        return found
    frame = pd.DataFrame({"prediction": found})
    if probabilities is not None:
        frame["probability"] = probabilities[np.arange(len(winners)), winners]
        names = range(probabilities.shape[1]) if classes is None else classes
        for name, column in zip(names, probabilities.T, strict=True):
            frame[f"probability_{name}"] = column
    return frame if output == "frame" else [_plain(row) for row in frame.to_dict("records")]


def _probabilities(
    values: np.ndarray, classes: Sequence[Any] | None, threshold: float | None
) -> Array | None:
    """Return (n_samples, n_classes), or ``None`` when ``values`` are no probabilities."""
    if values.ndim == 1 and threshold is not None:
        shares = _shares(values)
        values = np.column_stack([1 - shares, shares])
    if values.ndim == 1:
        return None
    if values.ndim != 2:
        raise DataProcessingError(
            f"The 'predictions' parameter of {_OWNER} must have one or two dimensions. Got {values.ndim}."
        )
    if classes is not None and values.shape[1] != len(classes):
        raise DataProcessingError(
            f"The 'classes' parameter of {_OWNER} must have one label per column. "
            f"Got {len(classes)} for {values.shape[1]} columns."
        )
    numbers = values.astype(np.float64) if values.dtype.kind in "biuf" else np.full(values.shape, np.nan)
    if values.shape[1] == 0 or not np.isfinite(numbers).all():
        raise DataProcessingError(
            f"The probabilities of {_OWNER} must be finite numbers. Got NaN or nothing."
        )
    if threshold is not None and (values.shape[1] != 2 or not _is_share(threshold)):
        must = "a number from 0 to 1, for probabilities of two classes"
        raise ParameterError.of("threshold", _OWNER, must, (threshold, values.shape))
    return numbers


def _shares(values: np.ndarray) -> Array:
    numbers = values.astype(np.float64) if values.dtype.kind in "biuf" else np.full(len(values), np.nan)
    inside = (numbers >= 0) & (numbers <= 1)
    if not inside.all():
        raise DataProcessingError(
            f"The probabilities of {_OWNER} must be from 0 to 1. Got {values[int(np.argmin(inside))]}."
        )
    return numbers


def _is_share(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def _winners(probabilities: Array, threshold: float | None) -> np.ndarray:
    if threshold is not None:
        return (probabilities[:, 1] >= threshold).astype(np.int64)
    winners: np.ndarray = np.argmax(probabilities, axis=1)
    return winners


def _labels(values: np.ndarray, classes: list[Any]) -> np.ndarray:
    labels = np.empty(len(classes), dtype=object)
    labels[:] = classes
    if values.dtype.kind in "OUS" and set(values.tolist()) <= set(classes):
        return values
    numbers = values.astype(np.float64) if values.dtype.kind in "biuf" else np.full(len(values), np.nan)
    known = (numbers == np.floor(numbers)) & (numbers >= 0) & (numbers < len(classes))
    if not known.all():
        raise DataProcessingError(
            f"The 'predictions' parameter of {_OWNER} must be codes from 0 to {len(classes) - 1} or known "
            f"labels. Got {values[int(np.argmin(known))]!r}."
        )
    return labels[numbers.astype(np.int64)]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """Return values that JSON takes: NumPy's numbers as Python's, NaN as ``None``."""
    plain = {str(name): one.item() if isinstance(one, np.generic) else one for name, one in row.items()}
    return {
        name: None if isinstance(one, float) and not np.isfinite(one) else one for name, one in plain.items()
    }
