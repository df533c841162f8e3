"""Clipping and scaling of a matrix of features: learned from given rows, applied to any, and undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .indicator import Array

SCALERS = ("standard", "minmax", "maxabs", "robust", "quantile", "power")
_TAIL = 0.005
_MOST_QUANTILES = 1000
_EDGE = 1e-7
_ROUNDING = 1e-14


class FeatureScaler:
    """Clip to the 0.5 % and 99.5 % quantiles and scale, each learned in ``fit`` and only applied after.

    ``standard``: mean 0, deviation 1. ``minmax``: 0 to 1. ``maxabs``: the largest magnitude is 1. ``robust``: median 0,
    distance of the quartiles 1. ``quantile``: ranks as normal scores (values beyond those of the fit: -5.2 and 5.2).
    ``power``: Yeo and Johnson's power towards a normal shape, then ``standard``. All as scikit-learn has them.

    Missing values are left out when learning and stay missing. A column without a value is left as it is, and one that
    never changes is only shifted.

    >>> scaler = FeatureScaler("minmax", clip=False).fit(np.array([[0.0], [10.0]]))
    >>> scaler.transform(np.array([[5.0], [20.0]])).ravel().tolist()
    [0.5, 2.0]
    >>> scaler.inverse(np.array([[0.5]])).ravel().tolist()
    [5.0]
    """

    def __init__(self, kind: str | None, *, clip: bool) -> None:
        self.kind = kind
        self.clip = clip

    def fit(self, matrix: Array) -> FeatureScaler:
        """Learn from ``matrix`` of shape (n_samples, n_features)."""
        known = np.isfinite(matrix).any(axis=0)
        self._low, self._high = np.full(matrix.shape[1], -np.inf), np.full(matrix.shape[1], np.inf)
        if self.clip and known.any():
            self._low[known], self._high[known] = np.nanquantile(matrix[:, known], [_TAIL, 1 - _TAIL], axis=0)
        self._known = known
        self._learned: dict[str, Array] = {}
        if self.kind is not None and known.any():
            self._learned = _LEARN[self.kind](np.clip(matrix, self._low, self._high)[:, known])
        return self

    def transform(self, matrix: Array) -> Array:
        """Return the clipped and scaled ``matrix``; the one given is not changed."""
        out: Array = np.clip(matrix, self._low, self._high)
        if self._learned:
            out[:, self._known] = _forth(out[:, self._known], self._learned)
        return out

    def inverse(self, matrix: Array) -> Array:
        """Return scaled values on the scale they came from; what was clipped stays clipped."""
        out = np.array(matrix, dtype=np.float64)
        if self._learned:
            out[:, self._known] = _back(out[:, self._known], self._learned)
        return out

    def to_state(self) -> dict[str, Any]:
        """Return what was learned as plain JSON values; :meth:`from_state` reads it."""
        bounds = {"low": self._low, "high": self._high} if self.clip else {}
        return {
            "kind": self.kind,
            "clip": self.clip,
            "known": self._known.tolist(),
            "bounds": {name: _plain(values) for name, values in bounds.items()},
            "learned": {name: values.tolist() for name, values in self._learned.items()},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FeatureScaler:
        """Return a scaler that does what the one did that :meth:`to_state` described."""
        made = cls(state["kind"], clip=state["clip"])
        made._known = np.asarray(state["known"], dtype=bool)
        bounds = {name: np.asarray(values, dtype=np.float64) for name, values in state["bounds"].items()}
        width = len(made._known)
        made._low = np.where(np.isnan(low := bounds.get("low", np.full(width, np.nan))), -np.inf, low)
        made._high = np.where(np.isnan(high := bounds.get("high", np.full(width, np.nan))), np.inf, high)
        made._learned = {
            name: np.asarray(values, dtype=np.float64) for name, values in state["learned"].items()
        }
        return made


def _affine(centre: Array, scale: Array, values: Array) -> dict[str, Array]:
    size = np.abs(values).max(axis=0, initial=0.0, where=np.isfinite(values))
    usable = scale > _ROUNDING * size  # what is left of a column that never changes is rounding
    return {"centre": centre, "scale": np.where(usable, scale, 1.0)}


def _standard(values: Array) -> dict[str, Array]:
    return _affine(np.nanmean(values, axis=0), np.nanstd(values, axis=0), values)


def _minmax(values: Array) -> dict[str, Array]:
    low = np.nanmin(values, axis=0)
    return _affine(low, np.nanmax(values, axis=0) - low, values)


def _maxabs(values: Array) -> dict[str, Array]:
    largest = np.nanmax(np.abs(values), axis=0)
    return _affine(np.zeros_like(largest), largest, values)


def _robust(values: Array) -> dict[str, Array]:
    low, middle, high = np.nanquantile(values, [0.25, 0.5, 0.75], axis=0)
    return _affine(middle, high - low, values)


def _quantile(values: Array) -> dict[str, Array]:
    levels = np.linspace(0, 1, min(_MOST_QUANTILES, len(values)))
    # Values that are there, not between two of them: rounding would tear equal values apart.
    return {"quantiles": np.nanquantile(values, levels, axis=0, method="nearest")}


def _power(values: Array) -> dict[str, Array]:
    from sklearn.preprocessing import PowerTransformer

    lambdas = np.asarray(PowerTransformer(standardize=False).fit(values).lambdas_, dtype=np.float64)
    return {"lambdas": lambdas, **_standard(_yeo_johnson(values, lambdas))}


_LEARN: dict[str, Callable[[Array], dict[str, Array]]] = {
    "standard": _standard,
    "minmax": _minmax,
    "maxabs": _maxabs,
    "robust": _robust,
    "quantile": _quantile,
    "power": _power,
}


def _forth(values: Array, learned: Mapping[str, Array]) -> Array:
    if "quantiles" in learned:
        return _normal_scores(values, learned["quantiles"])
    if "lambdas" in learned:
        values = _yeo_johnson(values, learned["lambdas"])
    made: Array = (values - learned["centre"]) / learned["scale"]
    return made


def _back(values: Array, learned: Mapping[str, Array]) -> Array:
    if "quantiles" in learned:
        from scipy.special import ndtr

        levels = np.linspace(0, 1, len(learned["quantiles"]))
        columns = [
            np.interp(one, levels, known)
            for one, known in zip(ndtr(values).T, learned["quantiles"].T, strict=True)
        ]
        return np.column_stack(columns)
    made: Array = values * learned["scale"] + learned["centre"]
    return _yeo_johnson_back(made, learned["lambdas"]) if "lambdas" in learned else made


def _normal_scores(values: Array, quantiles: Array) -> Array:
    from scipy.special import ndtri

    levels = np.linspace(0, 1, len(quantiles))
    shares = np.empty_like(values)
    for at, (column, known) in enumerate(zip(values.T, quantiles.T, strict=True)):
        # From below and from above, so that equal values get the middle of their share.
        below = np.interp(column, known, levels)
        above = 1 - np.interp(-column, -known[::-1], levels)
        shares[:, at] = np.where(
            column <= known[0], 0.0, np.where(column >= known[-1], 1.0, (below + above) / 2)
        )
    shares[np.isnan(values)] = np.nan
    made: Array = ndtri(np.clip(shares, _EDGE, 1 - _EDGE))
    return made


def _yeo_johnson(values: Array, lambdas: Array) -> Array:
    """Yeo, Johnson, A new family of power transformations, Biometrika 87 (2000)."""
    up, down = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    rest = 2.0 - lambdas
    with np.errstate(all="ignore"):
        positive = np.where(lambdas == 0, np.log1p(up), np.expm1(lambdas * np.log1p(up)) / lambdas)
        negative = np.where(rest == 0, np.log1p(down), np.expm1(rest * np.log1p(down)) / rest)
    return np.where(values >= 0, positive, np.where(np.isnan(values), np.nan, -negative))


def _yeo_johnson_back(values: Array, lambdas: Array) -> Array:
    up, down = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    rest = 2.0 - lambdas
    with np.errstate(all="ignore"):
        positive = np.where(lambdas == 0, np.expm1(up), np.expm1(np.log1p(lambdas * up) / lambdas))
        negative = np.where(rest == 0, np.expm1(down), np.expm1(np.log1p(rest * down) / rest))
    return np.where(values >= 0, positive, np.where(np.isnan(values), np.nan, -negative))


def _plain(values: Array) -> list[float | None]:
    return [float(one) if np.isfinite(one) else None for one in values]
