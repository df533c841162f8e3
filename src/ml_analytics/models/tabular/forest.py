"""What the forests of scikit-learn have in common: training, storing as arrays, compilation, importances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ..base import NUMBERS, BaseModel, matrix
from ..compile import tree_split_points
from .described import DRAWS
from .forest_store import forest_from_files, forest_to_files
from .growing import grow
from .tree_onnx import forest_to_onnx


class Forest(BaseModel):
    """A forest on numeric columns; a family names scikit-learn's class and writes its constructor.

    The same ``random_state`` gives the same forest for every ``n_jobs``. Prediction uses one thread: the
    order in which threads add up votes would change the last digits.
    """

    exempt_laws: ClassVar[Mapping[str, str]] = {"whole_weights_repeat_rows": DRAWS}
    handles_missing = True
    accepts = NUMBERS
    learner: ClassVar[type[Any]]
    """The class of scikit-learn that is trained."""

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        self.estimator_ = grow(self._unfitted(), matrix(X), y, sample_weight, self._tell)

    def _unfitted(self) -> Any:
        params = self.get_params(deep=False)
        return self.learner(**{**params, "random_state": params["random_state"] or 0})

    def _state(self) -> dict[str, bytes]:
        return forest_to_files(self.estimator_)

    def _restore(self, files: Mapping[str, bytes]) -> None:
        self.estimator_ = forest_from_files(self._unfitted().set_params(n_jobs=None), files)

    def _to_onnx(self) -> bytes | None:
        classes = len(self.classes_) if self.task == "classification" else 0
        return forest_to_onnx(self.estimator_, self._width, classes)

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        return tree_split_points(self.estimator_.estimators_)

    def _importance(self) -> tuple[str, Any]:
        method = "mean decrease in impurity (training data; favours columns with many values)"
        return method, self.estimator_.feature_importances_

    @classmethod
    def _small(cls) -> Self:
        return cls(n_estimators=8, max_depth=4)


class ForestClassifier(Forest):
    """A forest that votes for classes."""

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict_proba(matrix(X)))


class ForestRegressor(Forest):
    """A forest that averages numbers."""

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict(matrix(X)))
