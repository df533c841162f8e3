"""A scikit-learn estimator as a model: the bridge for what was trained elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from ..core.columns import ColumnKind
from ..core.errors import ParameterError
from ..core.signature import Field, Signature
from .base import BaseModel
from .hyperparameters import Given, Hyperparameter
from .labels import class_table
from .onnx_convert import estimator_to_onnx
from .state import state_from_files, state_to_files
from .task import Task


def _is_learner(value: Any) -> bool:
    known = isinstance(value, BaseEstimator) and not isinstance(value, BaseModel)
    return known and bool(is_classifier(value) or is_regressor(value))


class SklearnModel(BaseModel):
    """Any scikit-learn classifier or regressor; stored by skops, never pickled.

    ``fit`` trains a clone of ``estimator``; :func:`wrap` takes one that is fitted already. Input with
    columns is handed on as a frame when the estimator was trained on one, else as an array.

    >>> from sklearn.naive_bayes import GaussianNB
    >>> X = pd.DataFrame({"a": [0.0, 1.0, 5.0, 6.0]})
    >>> SklearnModel(GaussianNB()).fit(X, ["low", "low", "high", "high"]).predict(X[:1])
    array(['low'], dtype=object)
    """

    model_type: ClassVar[str] = "sklearn"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "estimator": Given("what is trained", "a scikit-learn classifier or regressor", _is_learner, True)
    }
    exempt_laws: ClassVar[Mapping[str, str]] = {
        "unseen_categories_as_declared": "whether text is taken at all depends on the estimator that is wrapped"
    }

    def __init__(self, estimator: BaseEstimator | None = None) -> None:
        self.estimator = estimator

    @property
    def task(self) -> Task:  # type: ignore[override]
        """``"regression"`` for regressors, else ``"classification"``."""
        found = getattr(self, "estimator_", self.estimator)
        return "regression" if found is not None and is_regressor(found) else "classification"

    @property
    def handles_missing(self) -> bool:  # type: ignore[override]
        """Whether the estimator says that it takes missing values."""
        return self.estimator is not None and bool(get_tags(self.estimator).input_tags.allow_nan)

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        # A wrapped classifier keeps the labels it was trained with; a fitted one here knows class numbers.
        weighted = {} if sample_weight is None else {"sample_weight": sample_weight}
        self.estimator_ = clone(self.estimator).fit(X, y, **weighted)

    def _without_weights(self) -> str:
        return "" if has_fit_parameter(self.estimator, "sample_weight") else type(self.estimator).__name__

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        answer = np.asarray(self.estimator_.predict(self._input(X)))
        if self.task == "regression":
            return answer.astype(np.float64)
        numbers: np.ndarray = np.searchsorted(self.estimator_.classes_, answer)
        return numbers

    def _gives_probabilities(self) -> bool:
        return hasattr(getattr(self, "estimator_", self.estimator), "predict_proba")

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.estimator_.predict_proba(self._input(X)))

    def _to_onnx(self) -> bytes | None:
        return estimator_to_onnx(self.estimator_, self._width, classifier=self.task == "classification")

    def _importance(self) -> tuple[str, Any] | None:
        if hasattr(self.estimator_, "feature_importances_"):
            return "the estimator's own feature_importances_", self.estimator_.feature_importances_
        return None

    def _input(self, X: pd.DataFrame) -> pd.DataFrame | np.ndarray:
        return X if hasattr(self.estimator_, "feature_names_in_") else X.to_numpy()

    def _stored_params(self) -> dict[str, Any]:
        return {}

    def _state(self) -> dict[str, bytes]:
        return state_to_files(self)

    def _restore(self, files: Mapping[str, bytes]) -> None:
        state_from_files(self, files)
        _require_estimator(getattr(self, "estimator_", None), "SklearnModel")
        self.estimator = self.estimator_

    @classmethod
    def _small(cls) -> Self:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        return cls(make_pipeline(StandardScaler(), LogisticRegression()))


def wrap(estimator: BaseEstimator, signature: Signature | None = None) -> SklearnModel:
    """Return a fitted scikit-learn classifier or regressor as a model.

    Without a ``signature`` one is made from the names and the number of columns the estimator was trained
    on: numbers, no missing values.

    >>> from sklearn.linear_model import LinearRegression
    >>> model = wrap(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]))
    >>> model.predict(np.array([[3.0]])).round(6)
    array([6.])

    Raises:
        ParameterError: not a scikit-learn classifier or regressor, not fitted, or with several outputs.
    """
    _require_estimator(estimator, "wrap")
    try:
        check_is_fitted(estimator)
        width = int(estimator.n_features_in_)
    except (TypeError, ValueError, AttributeError) as error:
        raise ParameterError.of("estimator", "wrap", "fitted", estimator) from error
    classes = getattr(estimator, "classes_", ())
    if isinstance(classes, list):
        raise ParameterError.of("estimator", "wrap", "a model of one output", estimator)
    model = SklearnModel(estimator)
    model.estimator_ = estimator
    if signature is None:
        names = getattr(estimator, "feature_names_in_", [f"x{index}" for index in range(width)])
        labels = tuple(one.item() if isinstance(one, np.generic) else one for one in classes)
        output = "class" if model.task == "classification" else "number"
        signature = Signature(tuple(Field(str(one), ColumnKind.NUMBER) for one in names), output, labels)
    if len(signature.inputs) != width:
        raise ParameterError.of("signature", "wrap", f"of {width} inputs", signature.names)
    if model.task == "classification" and list(class_table(signature.classes)) != list(classes):
        raise ParameterError.of("signature", "wrap", "of the classes of the estimator", signature.classes)
    model.signature = signature
    return model


def _require_estimator(value: Any, owner: str) -> None:
    if not _is_learner(value):
        raise ParameterError.of("estimator", owner, "a scikit-learn classifier or regressor", value)
