"""The mean of what several models say (soft voting): the simplest ensemble, and hard to beat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import ParameterError, UnsafeArtifactError
from ..base import BaseModel
from ..hyperparameters import Given, Hyperparameter
from ..sklearn_checks import EQUIVALENCE, WORDING
from ..state import STATE, json_exactly, read_json
from ..task import Task
from . import members as of

CLASSIFIERS: tuple[Any, ...] = (("logistic", {}), ("random_forest", {}), ("xgboost", {}))
REGRESSORS: tuple[Any, ...] = (("linear", {}), ("random_forest_regressor", {}), ("xgboost_regressor", {}))

MEMBERS = Given(
    "the models of the ensemble, as pairs of type name and parameters", of.MUST_BE, of.are_members
)
"""The description of every ``members``."""

NOT_REPEATED = "true only where it is of every member, and where no folds are cut; a forest draws rows"
"""Why to an ensemble a row of weight 2 is not two rows."""

BY_MEMBERS = {
    "unseen_categories_as_declared": "which columns are taken at all depends on the members that are chosen",
    "whole_weights_repeat_rows": NOT_REPEATED,
}
"""The laws that an ensemble cannot answer for by itself."""


class Ensemble(BaseModel):
    """What all ensembles have in common: members that are built, checked, stored and read back."""

    onnx_note = "its members are asked one by one"
    exempt_laws: ClassVar[Mapping[str, str]] = BY_MEMBERS
    exempt_checks: ClassVar[Mapping[str, str]] = {**WORDING, EQUIVALENCE: NOT_REPEATED}
    default_members: ClassVar[tuple[Any, ...]] = ()
    """The members of an ensemble that is given none."""

    members: Any
    _members: list[BaseModel]

    @property
    def handles_missing(self) -> bool:  # type: ignore[override]
        """Whether every member takes missing values."""
        try:
            return all(one.handles_missing for one in self._built())
        except ParameterError:
            return False

    @property
    def fitted_members(self) -> list[BaseModel]:
        """The fitted members, in order; their classes are the numbers of the ensemble's classes."""
        self._require_fitted()
        return list(self._members)

    def _built(self) -> list[BaseModel]:
        described = self.default_members if self.members is None else self.members
        return of.build(described, self.task, "members", type(self).__name__)

    def _learners(self) -> list[BaseModel]:
        """Return everything that is trained."""
        return self._built()

    def _without_weights(self) -> str:
        return next((name for one in self._learners() if (name := one._without_weights())), "")

    def _answers(self, X: pd.DataFrame) -> list[np.ndarray]:
        return [of.answers(member, X, self._classes) for member in self._members]

    @property
    def _classes(self) -> int:
        return len(self.classes_) if self.task == "classification" else 0

    @property
    def _names(self) -> tuple[str, ...]:
        return self.signature.names if self.signature is not None else ()

    def _stored_params(self) -> dict[str, Any]:
        params: dict[str, Any] = of.as_json(super()._stored_params())
        return params


class _Averaging(Ensemble):
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "members": MEMBERS,
        "weights": Given(
            "how much each member counts (None: all alike)",
            "non-negative numbers, not all 0, or None",
            lambda value: value is None or _are_weights(value),
        ),
    }

    def __init__(self, members: Any = None, weights: Any = None) -> None:
        self.members = members
        self.weights = weights

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        assert self.signature is not None  # noqa: S101 - fit has set it
        members = self._built()
        weights = np.ones(len(members)) if self.weights is None else np.asarray(self.weights, dtype=float)
        if len(weights) != len(members):
            must_be = f"one for each of the {len(members)} members"
            raise ParameterError.of("weights", type(self).__name__, must_be, self.weights)
        of.check_members(members, self.signature, X)
        for done, member in enumerate(members, 1):
            of.fit_member(member, X, y, self.signature, sample_weight)
            self._tell(done, len(members))
        self._members, self.weights_ = members, weights / weights.sum()

    def _mean(self, X: pd.DataFrame) -> np.ndarray:
        mean: np.ndarray = np.tensordot(self.weights_, np.stack(self._answers(X)), axes=1)
        return mean

    def _importance(self) -> tuple[str, Any] | None:
        return of.weighted_importance(self._members, self.weights_, self._names)

    def _state(self) -> dict[str, bytes]:
        named = {f"member_{at}": one for at, one in enumerate(self._members)}
        plain = {"weights": self.weights_.tolist()}
        return {**of.members_to_files(named), STATE: json_exactly(plain, "the weights")}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        weights = read_json(files[STATE])["weights"]
        if not _are_weights(weights):
            raise UnsafeArtifactError("The weights of a stored ensemble must be non-negative numbers.")
        found = of.members_from_files([f"member_{at}" for at in range(len(weights))], files)
        for member in found.values():
            of.check_restored(member, self._names, self.task, self._classes)
        self._members, self.weights_ = list(found.values()), np.array(weights, dtype=float)


class AveragingClassifier(_Averaging):
    """Answers with the mean of its members' probabilities; ``weights`` say how much each counts.

    Members are pairs of type name and parameters; without any they are a logistic regression, a random forest
    and boosted trees. Missing values are taken where every member takes them. ``feature_importance`` is the
    weighted mean of the members' shares, where all have their own.

    >>> X = pd.DataFrame({"a": np.arange(20.0)})
    >>> model = AveragingClassifier([("logistic", {}), ("random_forest", {"n_estimators": 5})], weights=[2, 1])
    >>> model.fit(X, np.arange(20) > 9).predict(X[:1])
    array([False])
    """

    model_type: ClassVar[str] = "averaging"
    task: ClassVar[Task] = "classification"
    default_members = CLASSIFIERS

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        shares = self._mean(X)
        normal: np.ndarray = shares / shares.sum(axis=1, keepdims=True)
        return normal

    @classmethod
    def _small(cls) -> Self:
        return cls([("logistic", {}), ("random_forest", {"n_estimators": 4, "max_depth": 3})], [2.0, 1.0])


class AveragingRegressor(_Averaging):
    """Answers with the weighted mean of its members' numbers; as :class:`AveragingClassifier` otherwise."""

    model_type: ClassVar[str] = "averaging_regressor"
    task: ClassVar[Task] = "regression"
    default_members = REGRESSORS

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._mean(X)[:, 0]

    @classmethod
    def _small(cls) -> Self:
        forest = {"n_estimators": 4, "max_depth": 3}
        return cls([("linear", {}), ("random_forest_regressor", forest)], [2.0, 1.0])


def _are_weights(value: object) -> bool:
    if not isinstance(value, (list, tuple)) or not value:
        return False
    numbers = [one for one in value if isinstance(one, (int, float)) and not isinstance(one, bool)]
    return (
        len(numbers) == len(value) and bool(np.isfinite(numbers).all()) and min(numbers) >= 0 < sum(numbers)
    )
