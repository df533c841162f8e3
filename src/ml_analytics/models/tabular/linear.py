"""Linear regression on standardised columns, with a ridge penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import Hyperparameter, Real
from ..onnx_convert import estimator_to_onnx
from ..task import Task


class LinearModel(BaseModel):
    """Least squares with penalty ``alpha`` times the squared coefficients of the standardised columns.

    ``alpha=0`` is ordinary least squares (the minimum-norm solution where columns depend on each other).

    >>> X = pd.DataFrame({"a": [0.0, 1.0, 2.0]})
    >>> LinearModel().fit(X, [1.0, 3.0, 5.0]).predict(pd.DataFrame({"a": [10.0]})).round(6)
    array([21.])
    """

    model_type: ClassVar[str] = "linear"
    task: ClassVar[Task] = "regression"
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "alpha": Real("penalty on squared coefficients", search=(1e-3, 1e3), log=True)
    }

    def __init__(self, alpha: float = 0.0) -> None:
        self.alpha = alpha

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        # The singular value decomposition is exact and also stands columns that depend on each other.
        self.estimator_ = make_pipeline(StandardScaler(), Ridge(alpha=self.alpha, solver="svd"))
        self.estimator_.fit(matrix(X), y)

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict(matrix(X)))

    def _to_onnx(self) -> bytes | None:
        return estimator_to_onnx(self.estimator_, self._width, classifier=False)

    def _importance(self) -> tuple[str, Any]:
        return "absolute coefficient of the standardised column", np.abs(self.estimator_[-1].coef_)
