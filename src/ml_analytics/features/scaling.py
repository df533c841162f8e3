"""Clipping and scaling of a feature matrix: learned from given rows, applied to any."""

from __future__ import annotations

from typing import Any

import numpy as np

from .config import Scaler
from .indicator import Array

_TAIL = 0.005


class FeatureScaler:
    """Clip to the 0.5 % and 99.5 % quantiles and scale, each learned in ``fit`` and only applied after.

    Missing values are left out when learning and stay missing. A column without a value is left as it is.

    >>> scaler = FeatureScaler("minmax", clip=False).fit(np.array([[0.0], [10.0]]))
    >>> scaler.transform(np.array([[5.0], [20.0]])).ravel().tolist()
    [0.5, 2.0]
    """

    def __init__(self, kind: Scaler | None, *, clip: bool) -> None:
        self.kind = kind
        self.clip = clip

    def fit(self, matrix: Array) -> FeatureScaler:
        """Learn from ``matrix`` of shape (n_samples, n_features)."""
        known = np.isfinite(matrix).any(axis=0)
        self._low, self._high = np.full(matrix.shape[1], -np.inf), np.full(matrix.shape[1], np.inf)
        if self.clip and known.any():
            self._low[known], self._high[known] = np.nanquantile(matrix[:, known], [_TAIL, 1 - _TAIL], axis=0)
        self._known = known
        self._scaler = _make(self.kind)
        if self._scaler is not None and known.any():
            self._scaler.fit(np.clip(matrix, self._low, self._high)[:, known])
        return self

    def transform(self, matrix: Array) -> Array:
        """Return the clipped and scaled ``matrix``; the one given is not changed."""
        out: Array = np.clip(matrix, self._low, self._high)
        if self._scaler is not None and self._known.any():
            out[:, self._known] = self._scaler.transform(out[:, self._known])
        return out


def _make(kind: Scaler | None) -> Any:
    if kind is None:
        return None
    from sklearn import preprocessing

    return {
        "standard": preprocessing.StandardScaler,
        "minmax": preprocessing.MinMaxScaler,
        "robust": preprocessing.RobustScaler,
    }[kind]()
