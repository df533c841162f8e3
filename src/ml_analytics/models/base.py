"""The base of every model: it does the bookkeeping, a newcomer writes ``_fit`` and ``_predict``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError as _SklearnNotFitted
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import ClassifierTags, RegressorTags, Tags
from sklearn.utils.metaestimators import available_if

from ..core.columns import ColumnKind
from ..core.errors import ModelLoadError, ParameterError, PredictionError
from ..core.files import write_atomically
from ..core.frames import Table, to_pandas
from ..core.progress import Progress, Silent
from ..core.signature import Signature
from .family import Family
from .formats import SUFFIX, dump_model, load_model
from .hyperparameters import Hyperparameter, check_hyperparameters
from .labels import class_numbers, class_table, number_target, same_times, target_values
from .state import fitted_names
from .task import SUPERVISED
from .training_data import check_columns, learning_table, row_weights

NUMBERS = frozenset({ColumnKind.NUMBER, ColumnKind.BOOLEAN})


class Importance(dict[str, float]):
    """How much each input matters, by name, largest first; ``method`` says how it was measured."""

    method: str = ""


class NotFittedError(PredictionError, _SklearnNotFitted):  # type: ignore[misc]
    """A model was asked before it had learnt anything; scikit-learn's tools know it as theirs."""


def _forecasts(model: BaseModel) -> bool:
    return model.task == "forecasting"


def _has_probabilities(model: BaseModel) -> bool:
    return model._gives_probabilities()


class BaseModel(Family):
    """scikit-learn's verbs, a signature, and bytes instead of a pickle.

    A family sets the class attributes and writes ``_fit(X, y)`` and ``_predict(X)`` (classifiers may write
    ``_predict_proba(X)`` instead). One that learns from weighted rows writes ``_fit(X, y,
    sample_weight=None)``. ``X`` is a pandas frame in the order of the signature: read it, never write to it.
    For classifiers ``y`` holds class numbers 0 … k-1 and ``_predict`` returns such numbers; the labels
    themselves (text, whole numbers or booleans) are kept in the signature and come back as they went in.
    Parameters of the constructor are described in ``hyperparameters``; ``fit`` refuses values that do not fit.
    Fitted attributes end with an underscore and are stored without further code when they are arrays,
    scikit-learn estimators or plain JSON; a family with other parts overrides ``_state`` and ``_restore``.
    ``_fit`` makes new objects and calls ``self._tell(done, total)`` after each round where it has rounds: when
    it fails or is interrupted, the model is again what it was before. Overriding ``train`` alone is enough for
    a model of one's own.

    >>> class Middle(BaseModel):
    ...     task = "regression"
    ...     def _fit(self, X, y):
    ...         self.value_ = float(np.median(y))
    ...     def _predict(self, X):
    ...         return np.full(len(X), self.value_)
    >>> Middle().fit(np.zeros((3, 1)), [1.0, 5.0, 2.0]).predict(np.zeros((2, 1)))
    array([2., 2.])
    """

    target: str | None = None
    """The column that ``train`` learns when it is given one table."""

    # -- learning ------------------------------------------------------------------------------------

    def fit(
        self, X: Table, y: Any = None, *, sample_weight: Any = None, progress: Progress | None = None
    ) -> Self:
        """Learn from X (n_samples, n_features) and, where the task has a target, y (n_samples,).

        ``sample_weight`` (n_samples,) says how much each row counts: a row of weight 0 is as if it were not there,
        one of weight 2 counts twice. ``progress`` hears of finished rounds where a family has rounds. Interrupted
        or refused, the model stays what it was.

        Raises:
            ParameterError: a parameter of the constructor has a value it cannot take; ``y`` is absent, of
                another length, at other times, has missing values or a single class; ``sample_weight`` has
                negative or missing values, or is given to a family that does not learn from weights.
            DataProcessingError: no rows, a kind of column this family cannot take, or missing or infinite
                values where it takes none.
        """
        owner = f"{type(self).__name__}.fit"
        check_hyperparameters(self)
        frame = learning_table(self._as_table(X), owner)
        if self.task in SUPERVISED:
            same_times(frame.index, y, owner)
        weighted: dict[str, np.ndarray] = {}
        if sample_weight is not None:
            weights = self._checked_weights(sample_weight, len(frame), owner)
            counts = weights > 0
            if not counts.all():
                y = None if y is None else target_values(y, len(frame), owner)[counts]
                frame, weights = frame[counts], weights[counts]
            if (weights != 1).any():  # rows that all count once are rows without weights
                weighted["sample_weight"] = weights
        classes: tuple[Any, ...] = ()
        target: Any = None
        if self.task == "classification":
            classes, target = class_numbers(y, len(frame), owner)
        elif self.task == "regression":
            target = number_target(y, len(frame), owner)
        signature = self._inferred(frame, classes or self._possible_answers())
        self._check_training(signature, frame, owner)
        before = self.__dict__.copy()
        self._signature = signature
        self._progress = progress or Silent()
        try:
            self._fit(frame, target, **weighted)
        except BaseException:
            self.__dict__ = before  # interrupted or refused: it has not learnt this
            raise
        finally:
            self.__dict__.pop("_progress", None)
        return self

    def train(self, data: Any, target: str | None = None) -> Self:
        """Fit from one value: ``(X, y)``, a mapping with ``"X"``, ``"y"`` and ``"sample_weight"``, or one table.

        In one table the column ``target`` (or the model's attribute ``target``) is what is learnt; models
        that learn without a target take the table as it is.
        """
        owner = f"{type(self).__name__}.train"
        if isinstance(data, tuple) and len(data) == 2:
            return self.fit(*data)
        if isinstance(data, Mapping) and "X" in data:
            weighted = {name: data[name] for name in ("sample_weight",) if data.get(name) is not None}
            return self.fit(data["X"], data.get("y"), **weighted)
        frame = to_pandas(data, "data", owner)
        name = target or self.target
        if name is None and self.task not in SUPERVISED:
            return self.fit(frame)
        if name is None or name not in frame.columns:
            raise ParameterError.of("target", owner, "the name of a column of the table", name)
        return self.fit(frame.drop(columns=[name]), frame[name])

    # -- answering -----------------------------------------------------------------------------------

    def predict(self, X: Table) -> np.ndarray:
        """Return (n_samples,) predictions: labels, numbers or regime numbers.

        Columns are matched by name and put in order; missing values are accepted where training had some.

        Raises:
            PredictionError: not fitted, or the input does not fit the signature.
        """
        answer = np.asarray(self._predict(self._checked(X)))
        if self.task == "classification" and self.signature is not None:
            labels: np.ndarray = class_table(self.signature.classes)[answer]
            return labels
        return answer

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Table) -> np.ndarray:
        """Return (n_samples, n_classes) probabilities, columns in the order of ``classes_``.

        As in scikit-learn, a family without probabilities has no such method.
        """
        return np.asarray(self._predict_proba(self._checked(X)), dtype=np.float64)

    def score(self, X: Table, y: Any) -> float:
        """Return accuracy (classification) or R² (regression) on the given data."""
        measure = accuracy_score if self.task == "classification" else r2_score
        return float(measure(np.asarray(y), self.predict(X)))

    @available_if(_forecasts)  # type: ignore[untyped-decorator]
    def following(self, X: Table) -> np.ndarray:
        """Return what the forecasts are held against: the true value after each row of X, NaN where unknown.

        Models of other tasks have no such method.
        """
        raise PredictionError(f"{type(self).__name__} must define following(X): it forecasts.")

    def feature_importance(self) -> Importance:
        """Return how much each input matters, largest first, with the method it was measured by.

        Raises:
            PredictionError: not fitted, or the family has no importances of its own.
        """
        self._require_fitted()
        found = self._importance()
        if found is None or self.signature is None:
            raise PredictionError(f"{type(self).__name__} has no feature importances of its own.")
        method, values = found
        ranked = sorted(zip(self.signature.names, map(float, values), strict=True), key=lambda one: -one[1])
        importance = Importance(ranked)
        importance.method = method
        return importance

    @property
    def n_features_in_(self) -> int:
        """How many columns it was fitted on."""
        if self.signature is None:
            raise AttributeError(f"{type(self).__name__} has no inputs before it is fitted")
        return len(self.signature.inputs)

    @property
    def classes_(self) -> np.ndarray:
        """The labels in the order of the columns of ``predict_proba``."""
        if self.signature is None or not self.signature.classes:
            raise AttributeError(f"{type(self).__name__} has no classes before it is fitted")
        return class_table(self.signature.classes)

    @property
    def is_fitted(self) -> bool:
        """Whether it has learnt something."""
        return self.signature is not None or bool(fitted_names(self))

    @classmethod
    def search_space(cls) -> dict[str, Hyperparameter]:
        """Return the parameters that are worth tuning, each with its range."""
        return {name: one for name, one in cls.hyperparameters.items() if one.tunable}

    # -- keeping -------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> Path:
        """Write the model durably and return where (``.mla`` is added where the suffix is missing)."""
        target = Path(path)
        target = target if target.suffix == SUFFIX else target.with_name(target.name + SUFFIX)
        write_atomically(target, dump_model(self))
        return target

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a model of this class from a file that :meth:`save` wrote.

        Raises:
            ModelLoadError: absent, damaged, unsafe, or a model of another class.
        """
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise ModelLoadError(f"Cannot read the model file '{path}': {error.strerror}.") from error
        model = load_model(data)
        if not isinstance(model, cls):
            raise ModelLoadError(
                f"The model file '{path}' must hold a {cls.__name__}. Got {type(model).__name__}."
            )
        return model

    # -- bookkeeping ---------------------------------------------------------------------------------

    def _checked_weights(self, sample_weight: Any, rows: int, owner: str) -> np.ndarray:
        if stranger := self._without_weights():
            must_be = f"None: {stranger} does not learn from weights of rows"
            raise ParameterError.of("sample_weight", owner, must_be, type(sample_weight).__name__)
        return row_weights(sample_weight, rows, owner)

    def _require_fitted(self) -> None:
        if not self.is_fitted:
            raise NotFittedError(f"This {type(self).__name__} must be fitted before it is used. It is not.")

    def _checked(self, X: Table) -> pd.DataFrame:
        self._require_fitted()
        table = self._as_table(X)
        if self.signature is None:
            return to_pandas(table, "X", type(self).__name__)
        return self.signature.check(table)

    def _check_training(self, signature: Signature, frame: pd.DataFrame, owner: str) -> None:
        hint = " (the 'table_classifier' and 'table_regressor' types take every kind)"
        check_columns(
            signature,
            frame,
            owner,
            accepts=self.accepts,
            handles_missing=self.handles_missing,
            hint=hint if self.task in SUPERVISED else "",
        )

    def __sklearn_is_fitted__(self) -> bool:
        """Tell scikit-learn's tools whether it has learnt something."""
        return self.is_fitted

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn's tools what kind of estimator this is."""
        tags = super().__sklearn_tags__()
        if self.task == "classification":
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        elif self.task == "regression":
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        tags.target_tags.required = self.task in SUPERVISED
        tags.input_tags.allow_nan = self.handles_missing
        return tags


def matrix(X: pd.DataFrame, dtype: type[np.floating[Any]] = np.float64) -> np.ndarray:
    """Return numbers and booleans as a new (n_samples, n_features) array; missing values are NaN."""
    try:
        return X.to_numpy(dtype=dtype, na_value=np.nan, copy=True)
    except (TypeError, ValueError) as error:
        raise PredictionError(f"The input must hold numbers only: {error}.") from error
