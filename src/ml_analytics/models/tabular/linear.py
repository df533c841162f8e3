"""Linear regression on standardised columns, with a ridge penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, Ridge

from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import Hyperparameter, Real
from ..onnx_convert import estimator_to_onnx
from ..task import Task
from .standardised import fit_standardised


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

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        # Without a penalty singular values that are nothing but rounding must be left out, which Ridge does not.
        learner = Ridge(alpha=self.alpha, solver="svd") if self.alpha else LinearRegression()
        self.estimator_ = fit_standardised(learner, X, y, sample_weight)

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict(matrix(X)))

    def _to_onnx(self) -> bytes | None:
        return estimator_to_onnx(self.estimator_, self._width, classifier=False)

    def _importance(self) -> tuple[str, Any]:
        return "absolute coefficient of the standardised column", np.abs(self.estimator_[-1].coef_)
