"""Gradient boosted trees of XGBoost (Chen and Guestrin 2016)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import SEED, THREADS, Hyperparameter, Integer, Real
from ..onnx_convert import booster_to_onnx
from ..task import Task
from .booster import (
    BOOSTER,
    boosted_probabilities,
    booster_from_bytes,
    booster_split_points,
    booster_to_bytes,
    gain_by_column,
    train_booster,
)


class _XGBoost(BaseModel):
    """What both have in common: parameters, training, storing."""

    handles_missing = True
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_estimators": Integer("rounds of boosting", search=(50, 500), log=True),
        "max_depth": Integer("most levels of a tree", search=(2, 10)),
        "learning_rate": Real("share of each tree that is added", above=True, search=(0.01, 0.3), log=True),
        "min_child_weight": Real("least sum of second derivatives in a leaf", search=(0.5, 20.0), log=True),
        "subsample": Real("share of the rows for each tree", above=True, high=1.0, search=(0.5, 1.0)),
        "colsample_bytree": Real(
            "share of the columns for each tree", above=True, high=1.0, search=(0.4, 1.0)
        ),
        "reg_lambda": Real("penalty on squared values of leaves", search=(1e-3, 100.0), log=True),
        "reg_alpha": Real("penalty on absolute values of leaves", search=(1e-4, 10.0), log=True),
        "gamma": Real("least gain of a split", search=(1e-4, 5.0), log=True),
        "n_jobs": THREADS,
        "random_state": SEED,
    }

    def __init__(
        self,
        *,
        n_estimators: int = 200,
        max_depth: int = 6,
        learning_rate: float = 0.1,
        min_child_weight: float = 1.0,
        subsample: float = 1.0,
        colsample_bytree: float = 1.0,
        reg_lambda: float = 1.0,
        reg_alpha: float = 0.0,
        gamma: float = 0.0,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.learning_rate = learning_rate
        self.min_child_weight = min_child_weight
        self.subsample = subsample
        self.colsample_bytree = colsample_bytree
        self.reg_lambda = reg_lambda
        self.reg_alpha = reg_alpha
        self.gamma = gamma
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        params = self.get_params(deep=False)
        rounds = params.pop("n_estimators")
        params["nthread"] = params.pop("n_jobs") or 1
        params["seed"] = params.pop("random_state") or 0
        classes = len(self.classes_) if self.task == "classification" else 0
        self.booster_ = train_booster(
            matrix(X, np.float32),
            y,
            classes=classes,
            rounds=rounds,
            params=params,
            weight=sample_weight,
            tell=self._tell,
        )
        self.booster_.set_param({"nthread": 1})

    def _to_onnx(self) -> bytes | None:
        return booster_to_onnx(self.booster_, self._width)

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        return booster_split_points(self.booster_)

    def _importance(self) -> tuple[str, Any]:
        return "share of the total gain of its splits", gain_by_column(self.booster_, self._width)

    def _state(self) -> dict[str, bytes]:
        return {BOOSTER: booster_to_bytes(self.booster_)}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        self.booster_ = booster_from_bytes(files[BOOSTER])

    @classmethod
    def _small(cls) -> Self:
        return cls(n_estimators=8, max_depth=3)


class XGBoostModel(_XGBoost):
    """Boosted classification trees; missing values take the branch learnt for them.

    Columns are taken as 32-bit floats, as XGBoost does. ``n_jobs`` is the number of threads in training
    (default 1); prediction uses one.

    >>> X = pd.DataFrame({"a": np.arange(20.0)})
    >>> XGBoostModel(n_estimators=5).fit(X, np.arange(20) > 9).predict(X[:1])
    array([False])
    """

    model_type: ClassVar[str] = "xgboost"
    task: ClassVar[Task] = "classification"

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return boosted_probabilities(self.booster_, matrix(X, np.float32))


class XGBoostRegressorModel(_XGBoost):
    """Boosted regression trees on squared error; as :class:`XGBoostModel` otherwise."""

    model_type: ClassVar[str] = "xgboost_regressor"
    task: ClassVar[Task] = "regression"

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.booster_.inplace_predict(matrix(X, np.float32)), dtype=np.float64)
