"""Random forests (Breiman 2001) of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from ..base import NUMBERS, BaseModel, matrix
from ..compile import tree_split_points
from ..hyperparameters import Hyperparameter
from ..onnx_convert import estimator_to_onnx
from ..task import Task
from .described import CLASS_WEIGHT, FOREST
from .forest_store import forest_from_files, forest_to_files

_IMPORTANCE = "mean decrease in impurity (training data; favours columns with many values)"


def _repeatable(model: BaseModel) -> dict[str, Any]:
    params: dict[str, Any] = model.get_params(deep=False)
    return {**params, "random_state": params["random_state"] or 0}


class RandomForestModel(BaseModel):
    """A forest of classification trees on numeric columns; missing values are sent down the better branch.

    The same ``random_state`` gives the same forest for every ``n_jobs``. Prediction uses one thread: the
    order in which threads add up votes would change the last digits.

    >>> X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    >>> RandomForestModel(n_estimators=5).fit(X, ["low", "low", "high", "high"]).predict(X[:1])
    array(['low'], dtype=object)
    """

    model_type: ClassVar[str] = "random_forest"
    task: ClassVar[Task] = "classification"
    handles_missing = True
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {**FOREST, "class_weight": CLASS_WEIGHT}

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        max_features: str | float | int | None = "sqrt",
        class_weight: str | None = None,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.class_weight = class_weight
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        forest = RandomForestClassifier(**_repeatable(self))
        self.estimator_ = forest.fit(matrix(X), y).set_params(n_jobs=None)

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict_proba(matrix(X)))

    def _state(self) -> dict[str, bytes]:
        return forest_to_files(self.estimator_)

    def _restore(self, files: Mapping[str, bytes]) -> None:
        forest = RandomForestClassifier(**self.get_params(deep=False)).set_params(n_jobs=None)
        self.estimator_ = forest_from_files(forest, files)

    def _to_onnx(self) -> bytes | None:
        return estimator_to_onnx(self.estimator_, self._width, classifier=True)

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        return tree_split_points(self.estimator_.estimators_)

    def _importance(self) -> tuple[str, Any]:
        return _IMPORTANCE, self.estimator_.feature_importances_

    @classmethod
    def _small(cls) -> Self:
        return cls(n_estimators=8, max_depth=4)


class RandomForestRegressorModel(BaseModel):
    """A forest of regression trees on numeric columns; as :class:`RandomForestModel` otherwise."""

    model_type: ClassVar[str] = "random_forest_regressor"
    task: ClassVar[Task] = "regression"
    handles_missing = True
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = FOREST

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        max_features: str | float | int | None = 1.0,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        forest = RandomForestRegressor(**_repeatable(self))
        self.estimator_ = forest.fit(matrix(X), y).set_params(n_jobs=None)

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict(matrix(X)))

    def _state(self) -> dict[str, bytes]:
        return forest_to_files(self.estimator_)

    def _restore(self, files: Mapping[str, bytes]) -> None:
        forest = RandomForestRegressor(**self.get_params(deep=False)).set_params(n_jobs=None)
        self.estimator_ = forest_from_files(forest, files)

    def _to_onnx(self) -> bytes | None:
        return estimator_to_onnx(self.estimator_, self._width, classifier=False)

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        return tree_split_points(self.estimator_.estimators_)

    def _importance(self) -> tuple[str, Any]:
        return _IMPORTANCE, self.estimator_.feature_importances_

    @classmethod
    def _small(cls) -> Self:
        return cls(n_estimators=8, max_depth=4)
