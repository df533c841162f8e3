"""Logistic regression on standardised columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import SEED, Hyperparameter, Integer, Real
from ..onnx_convert import estimator_to_onnx
from ..task import Task
from .described import CLASS_WEIGHT, NO_WEIGHTS_BY_LABEL
from .standardised import fit_standardised


class LogisticModel(BaseModel):
    """Multinomial logistic regression with an L2 penalty of strength 1/C, on columns scaled by training data.

    >>> X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    >>> LogisticModel().fit(X, [False, False, True, True]).predict(X)
    array([False, False,  True,  True])
    """

    model_type: ClassVar[str] = "logistic"
    task: ClassVar[Task] = "classification"
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "C": Real("inverse of the penalty on squared coefficients", above=True, search=(1e-3, 1e3), log=True),
        "max_iter": Integer("most steps of the solver"),
        "class_weight": CLASS_WEIGHT,
        "random_state": SEED,
    }
    exempt_checks: ClassVar[Mapping[str, str]] = NO_WEIGHTS_BY_LABEL

    def __init__(
        self,
        C: float = 1.0,
        max_iter: int = 1000,
        class_weight: str | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.C = C
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.random_state = random_state

    @property
    def n_iter_(self) -> int:
        """How many steps the solver took."""
        return int(self.estimator_[-1].n_iter_.max())

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        learner = LogisticRegression(**self.get_params(deep=False))
        self.estimator_ = fit_standardised(learner, X, y, sample_weight)

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict_proba(matrix(X)))

    def _to_onnx(self) -> bytes | None:
        return estimator_to_onnx(self.estimator_, self._width, classifier=True)

    def _importance(self) -> tuple[str, Any]:
        return "mean absolute coefficient of the standardised column", np.abs(self.estimator_[-1].coef_).mean(
            0
        )
