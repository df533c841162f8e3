"""What a model shall learn to say: moves *after* the bar.

Labels look ahead by construction. They are targets of training and evaluation, never features: the last
``horizon`` bars have none, and whoever splits rows must purge by :func:`label_spans`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError


def forward_returns(close: Any, horizon: int = 1) -> pd.Series:
    """Return ``close[t + horizon] / close[t] - 1`` at bar t; NaN for the last ``horizon`` bars.

    Args:
        close: prices in time order, a pandas or polars Series or a one-dimensional array; the result has its
            index (a plain one when it has none).
        horizon: how many bars ahead, at least 1.

    Raises:
        ParameterError: ``horizon`` is not a positive whole number.
        DataProcessingError: a price is missing, infinite or not above 0, or ``close`` is not one-dimensional.

    >>> forward_returns([100.0, 110.0, 99.0]).round(3).tolist()
    [0.1, -0.1, nan]
    """
    _check_horizon(horizon, "forward_returns")
    prices = _prices(close, "forward_returns")
    values = prices.to_numpy(dtype=np.float64)
    out = np.full(len(values), np.nan)
    out[:-horizon] = values[horizon:] / values[:-horizon] - 1
    return pd.Series(out, index=prices.index, name=f"forward_return_{horizon}")


def direction_labels(close: Any, horizon: int = 1, threshold: float = 0.0) -> pd.Series:
    """Return 1.0 where the forward return exceeds ``threshold``, 0.0 where it does not, NaN where unknown.

    Args:
        close: as in :func:`forward_returns`.
        horizon: how many bars ahead, at least 1.
        threshold: the fractional return that counts as up (0.001 is a tenth of a percent).

    Raises:
        ParameterError: ``horizon`` or ``threshold`` is not usable.
        DataProcessingError: as in :func:`forward_returns`.

    >>> direction_labels([100.0, 110.0, 99.0]).tolist()
    [1.0, 0.0, nan]
    """
    _check_horizon(horizon, "direction_labels")
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or not np.isfinite(threshold):
        raise ParameterError.of("threshold", "direction_labels", "a finite number", threshold)
    moves = forward_returns(close, horizon)
    return (moves > threshold).astype(np.float64).where(moves.notna()).rename(f"direction_{horizon}")


def label_spans(index: pd.Index, horizon: int = 1) -> pd.DataFrame:
    """Return, for every bar, the time span that its label looks at: columns ``start`` and ``end``.

    ``start`` is the bar itself and ``end`` the bar ``horizon`` later, both included; ``end`` is missing for
    the last ``horizon`` bars, which have no label. A training bar whose span reaches into a test period must
    be purged.

    Raises:
        ParameterError: ``horizon`` is not a positive whole number, or ``index`` is not a DatetimeIndex.

    >>> days = pd.date_range("2024-01-01", periods=3, tz="UTC")
    >>> label_spans(days, 2)["end"].dt.day.tolist()
    [3.0, nan, nan]
    """
    _check_horizon(horizon, "label_spans")
    if not isinstance(index, pd.DatetimeIndex):
        raise ParameterError.of("index", "label_spans", "a DatetimeIndex", type(index).__name__)
    start = pd.Series(index, index=index)
    return pd.DataFrame({"start": start, "end": start.shift(-horizon)})


def _check_horizon(horizon: Any, owner: str) -> None:
    if isinstance(horizon, bool) or not isinstance(horizon, (int, np.integer)) or horizon < 1:
        raise ParameterError.of("horizon", owner, "a positive whole number of bars", horizon)


def _prices(close: Any, owner: str) -> pd.Series:
    series = close if isinstance(close, pd.Series) else None
    values = np.asarray(close)
    if values.ndim != 1 or not np.issubdtype(values.dtype, np.number):
        raise DataProcessingError(
            f"The 'close' parameter of {owner} must be one-dimensional numbers. "
            f"Got {values.dtype} of shape {values.shape} instead."
        )
    numbers = values.astype(np.float64)
    good = np.isfinite(numbers) & (numbers > 0)
    if not good.all():
        row = int(np.argmin(good))
        raise DataProcessingError(
            f"The 'close' parameter of {owner} must hold finite prices above 0. Got {numbers[row]} at bar {row}."
        )
    return pd.Series(numbers, index=None if series is None else series.index)
