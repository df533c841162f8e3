"""Linear regression that leaves columns out (elastic net, Zou and Hastie 2005)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet

from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import Hyperparameter, Integer, Real
from ..onnx_convert import estimator_to_onnx
from ..task import Task
from .standardised import fit_standardised


class ElasticNetModel(BaseModel):
    """Least squares with penalties on absolute and squared coefficients, which sets small ones to zero.

    Columns and target are standardised, so ``alpha`` means the same for every table: at 1 (and ``l1_ratio=1``)
    no column is left, at 0.01 most that matter are. ``converged_`` says whether ``max_iter`` rounds were enough.

    >>> X = pd.DataFrame({"a": np.arange(20.0), "b": np.tile([0.0, 1.0], 10)})
    >>> model = ElasticNetModel(alpha=0.1).fit(X, 3.0 * X["a"])
    >>> dict(model.feature_importance())["b"]
    0.0
    """

    model_type: ClassVar[str] = "elastic_net"
    task: ClassVar[Task] = "regression"
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "alpha": Real("penalty, in units of the target's variance", above=True, search=(1e-4, 0.5), log=True),
        "l1_ratio": Real("share of the penalty on absolute coefficients", high=1.0, search=(0.05, 1.0)),
        "max_iter": Integer("most rounds over the columns"),
    }

    def __init__(self, alpha: float = 0.01, l1_ratio: float = 0.5, max_iter: int = 5000) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.max_iter = max_iter

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        middle = float(np.average(y, weights=sample_weight))
        spread = float(np.sqrt(np.average((y - middle) ** 2, weights=sample_weight))) or 1.0
        net = ElasticNet(alpha=self.alpha, l1_ratio=self.l1_ratio, max_iter=self.max_iter)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # converged_ says it
            estimator = fit_standardised(net, X, (y - middle) / spread, sample_weight)
        converged = net.n_iter_ < self.max_iter
        net.coef_, net.intercept_ = net.coef_ * spread, float(net.intercept_ * spread + middle)
        net.dual_gap_ = float(net.dual_gap_)
        self.estimator_, self.converged_ = estimator, bool(converged)

    @property
    def n_iter_(self) -> int:
        """How many rounds were taken."""
        return int(self.estimator_[-1].n_iter_)

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict(matrix(X)))

    def _to_onnx(self) -> bytes | None:
        return estimator_to_onnx(self.estimator_, self._width, classifier=False)

    def _importance(self) -> tuple[str, Any]:
        return "absolute coefficient of the standardised column", np.abs(self.estimator_[-1].coef_)
