"""Scaling of the numeric columns of a table, by name; learned once per kind of scaling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind, column_kind
from ..core.errors import DataProcessingError, ParameterError
from .indicator import Array
from .scaling import SCALERS, FeatureScaler

_OWNER = "transform_features"


@dataclass(frozen=True, slots=True)
class TableScaler:
    """A scaler and the columns it is for; other columns pass untouched."""

    names: tuple[str, ...]
    scaler: FeatureScaler

    @classmethod
    def fit(cls, frame: pd.DataFrame, kind: str, clip: bool) -> TableScaler:
        """Learn from the numeric columns of the training part.

        Raises:
            DataProcessingError: infinite numbers.
        """
        names = tuple(name for name in frame.columns if column_kind(frame[name]) is ColumnKind.NUMBER)
        return cls(names, FeatureScaler(kind, clip=clip).fit(_finite(frame, names)))

    def transform(self, frame: pd.DataFrame, *, inverse: bool = False) -> pd.DataFrame:
        """Return a copy with the columns scaled, or with ``inverse`` on the scale they came from.

        Raises:
            DataProcessingError: a column is absent, or holds no or infinite numbers.
        """
        missing = next((name for name in self.names if name not in frame.columns), None)
        if missing is not None:
            raise DataProcessingError(
                f"The features of {_OWNER} must have the columns of the training. Got no '{missing}'."
            )
        values = _finite(frame, self.names)
        out = frame.copy()
        if self.names:
            out[list(self.names)] = self.scaler.inverse(values) if inverse else self.scaler.transform(values)
        return out

    def to_state(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"names": list(self.names), "scaler": self.scaler.to_state()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> TableScaler:
        """Read what :meth:`to_state` wrote."""
        return cls(tuple(state["names"]), FeatureScaler.from_state(state["scaler"]))


def check_transform_type(transform_type: Any) -> str:
    """Return a kind of scaling that there is.

    Raises:
        ParameterError: there is no such kind.
    """
    if isinstance(transform_type, str) and transform_type in SCALERS:
        return transform_type
    raise ParameterError.of("transform_type", _OWNER, f"one of {', '.join(SCALERS)}", transform_type)


def _finite(frame: pd.DataFrame, names: tuple[str, ...]) -> Array:
    for name in names:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise DataProcessingError(
                f"The column '{name}' of {_OWNER} must hold numbers as in training. Got {frame[name].dtype}."
            )
    values: Array = frame[list(names)].to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.isinf(values).any(axis=0)
    if infinite.any():
        raise DataProcessingError(
            f"The column '{names[int(np.argmax(infinite))]}' of {_OWNER} must hold finite numbers. Got infinity."
        )
    return values
