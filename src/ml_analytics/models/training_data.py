"""What a model may learn from: rows and columns, and how much each row counts, checked before the first is learnt."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind
from ..core.errors import DataProcessingError, ParameterError, PredictionError
from ..core.frames import to_pandas
from ..core.signature import Signature


def learning_table(X: Any, owner: str) -> pd.DataFrame:
    """Return X as a frame whose columns have text as names.

    Raises:
        DataProcessingError: no rows or no columns.
    """
    frame = to_pandas(X, "X", owner)
    if frame.empty:
        raise DataProcessingError(
            f"The 'X' parameter of {owner} must have rows and columns. "
            f"Got {frame.shape[0]} sample(s) and {frame.shape[1]} feature(s)."
        )
    return frame.set_axis([str(name) for name in frame.columns], axis=1)


def check_columns(
    signature: Signature,
    frame: pd.DataFrame,
    owner: str,
    *,
    accepts: Collection[ColumnKind],
    handles_missing: bool,
    hint: str = "",
) -> None:
    """Refuse a table that a family cannot learn from; ``hint`` names one that could learn from its columns.

    Raises:
        DataProcessingError: a kind of column that is not among ``accepts``, missing values where none are taken, or
            values that no model takes.
    """
    for one in signature.inputs:
        if one.kind not in accepts:
            raise DataProcessingError(
                f"The column '{one.name}' of {owner} must hold one of {', '.join(sorted(accepts))}. "
                f"Got {one.kind}{hint}."
            )
        if one.nullable and not handles_missing:
            raise DataProcessingError(
                f"The column '{one.name}' of {owner} must have no missing values (NaN)."
            )
    try:
        signature.check(frame)
    except PredictionError as error:
        raise DataProcessingError(f"{owner} cannot learn from X: {error}") from error


def row_weights(sample_weight: Any, rows: int, owner: str) -> np.ndarray:
    """Return how much each row counts as float64 (n_samples,).

    >>> row_weights([1, 0, 2.5], 3, "fit").tolist()
    [1.0, 0.0, 2.5]

    Raises:
        ParameterError: of another length, not numbers, missing, infinite, negative, or all 0.
    """
    must_be = f"{rows} finite numbers from 0, one for each row of X, not all 0"
    try:
        weights = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError.of("sample_weight", owner, must_be, sample_weight) from error
    if weights.shape != (rows,):
        raise ParameterError.of("sample_weight", owner, must_be, f"the shape {weights.shape}")
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0.0)))
    if wrong.size:
        raise ParameterError.of(
            "sample_weight", owner, must_be, f"{weights[wrong[0]]} in row {int(wrong[0])}"
        )
    if not weights.any():
        raise ParameterError.of("sample_weight", owner, must_be, "0 for every row")
    return weights
