"""The models that ignore the input: what every other model has to beat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from ..base import BaseModel
from ..hyperparameters import Choice, Hyperparameter
from ..sklearn_checks import WORDING
from ..task import Task


class DummyModel(BaseModel):
    """Answers with the class shares of the training data (so: always the most frequent class).

    >>> DummyModel().fit(np.zeros((3, 1)), ["a", "b", "b"]).predict(np.zeros((1, 1)))
    array(['b'], dtype=object)
    """

    model_type: ClassVar[str] = "dummy"
    onnx_note = "it never looks at its input"
    task: ClassVar[Task] = "classification"
    handles_missing = True
    exempt_checks: ClassVar[Mapping[str, str]] = {
        **WORDING,
        "check_classifiers_train": "it ignores the input, so it is no better than chance by design",
    }

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        counts = np.bincount(y, weights=sample_weight)
        self.shares_ = counts / counts.sum()

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return np.tile(self.shares_, (len(X), 1))


class DummyRegressorModel(BaseModel):
    """Answers with the mean or the median of the training target."""

    model_type: ClassVar[str] = "dummy_regressor"
    onnx_note = "it never looks at its input"
    task: ClassVar[Task] = "regression"
    handles_missing = True
    exempt_checks: ClassVar[Mapping[str, str]] = {
        **WORDING,
        "check_regressors_train": "it ignores the input, so it is no better than chance by design",
    }
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "strategy": Choice("what it answers with", ("mean", "median"), search=("mean", "median"))
    }

    def __init__(self, strategy: Literal["mean", "median"] = "mean") -> None:
        self.strategy = strategy

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        middle = np.average if self.strategy == "mean" else _median
        self.value_ = float(middle(y, weights=sample_weight))

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.full(len(X), self.value_)


def _median(values: np.ndarray, weights: np.ndarray | None) -> float:
    """Return the number with half of the weight on either side; the middle of two where both are such numbers."""
    if weights is None:
        return float(np.median(values))
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    at = [np.searchsorted(below, below[-1] / 2.0, side) for side in ("left", "right")]
    return float(values[order][at].mean())
