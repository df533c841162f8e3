"""Metrics of numeric predictions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.errors import ParameterError
from ..arrays import as_numbers, require_length

OWNER = "regression_metrics"


def regression_metrics(y_true: Any, y_pred: Any) -> dict[str, float]:
    """Return MAE, RMSE, R² and MAPE.

    ``mae`` and ``rmse`` are in the unit of ``y_true``; ``r2`` is 1 - SSE / SST and is left out when
    ``y_true`` is constant; ``mape`` is mean(|error| / |y_true|) as a fraction, not in percent, and is left out
    when any true value is zero: a percentage of nothing is not a number, and leaving those rows out would flatter.

    Raises:
        ParameterError: empty, not numeric, NaN or infinite, lengths differ, or the squared errors overflow.

    >>> {name: round(value, 3) for name, value in regression_metrics([1.0, 2.0, 4.0], [1.0, 3.0, 3.0]).items()}
    {'mae': 0.667, 'rmse': 0.816, 'r2': 0.571, 'mape': 0.25}
    """
    truth, guess = as_numbers(y_true, "y_true", OWNER), as_numbers(y_pred, "y_pred", OWNER)
    require_length(guess, truth.size, "y_pred", OWNER)
    with np.errstate(over="ignore", invalid="ignore"):
        error = truth - guess
        squared = float(np.square(error).mean())
        spread = float(np.square(truth - truth.mean()).mean())
    if not np.isfinite([squared, spread]).all():
        raise ParameterError.of("y_true", OWNER, "small enough to be squared", float(np.abs(truth).max()))
    result = {"mae": float(np.abs(error).mean()), "rmse": float(np.sqrt(squared))}
    if truth.min() < truth.max() and spread > 0.0:
        result["r2"] = 1.0 - squared / spread
    if (truth != 0.0).all():
        with np.errstate(over="ignore"):
            share = float((np.abs(error) / np.abs(truth)).mean())
        if np.isfinite(share):
            result["mape"] = share
    return result
