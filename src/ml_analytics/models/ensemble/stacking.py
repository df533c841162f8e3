"""Stacking (Wolpert 1992) in time order: the meta-model never sees an answer about rows a member had learnt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ..hyperparameters import Hyperparameter, Integer
from ..task import Task
from .averaging import CLASSIFIERS, REGRESSORS, Ensemble
from .folds import Split, bars_of, forward_folds
from .stacked import NO_ORDER, StackedEnsemble


class _Stacking(StackedEnsemble):
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        **StackedEnsemble.hyperparameters,
        "folds": Integer("forward folds that are predicted", low=1, high=100, search=(3, 8)),
    }

    def __init__(self, members: Any = None, meta: Any = None, folds: int = 5, gap: int = 0) -> None:
        self.members = members
        self.meta = meta
        self.folds = folds
        self.gap = gap

    def _splits(self, X: pd.DataFrame) -> list[Split]:
        return forward_folds(bars_of(X, f"{type(self).__name__}.fit"), self.folds, self.gap)


class StackingClassifier(_Stacking):
    """A logistic regression of the members' probabilities, learnt from predictions made forward in time.

    Rows are in time order. They are cut into ``folds + 1`` blocks; each block but the first is predicted by
    members that learnt from the rows before it, less ``gap`` moments (set it to how far labels look ahead). Never
    shuffled; the first block is not used by the meta-model. Then the members learn from all rows. Blocks whose
    earlier rows hold one class only are left out. Rows of one time (several symbols) are never cut apart.

    >>> X = pd.DataFrame({"a": np.tile([0.0, 1.0, 2.0, 3.0], 10)})
    >>> model = StackingClassifier([("logistic", {}), ("random_forest", {"n_estimators": 5})], folds=3)
    >>> model.fit(X, X["a"] > 1).predict(X[:4])
    array([False, False,  True,  True])
    """

    model_type: ClassVar[str] = "stacking"
    task: ClassVar[Task] = "classification"
    default_members = CLASSIFIERS
    default_meta = ("logistic", {})
    exempt_checks: ClassVar[Mapping[str, str]] = {
        **Ensemble.exempt_checks,
        "check_estimators_nan_inf": NO_ORDER,
    }

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self._combined(X)

    @classmethod
    def _small(cls) -> Self:
        return cls([("logistic", {}), ("random_forest", {"n_estimators": 4, "max_depth": 3})], folds=3)


class StackingRegressor(_Stacking):
    """A ridge regression of the members' numbers; as :class:`StackingClassifier` otherwise."""

    model_type: ClassVar[str] = "stacking_regressor"
    task: ClassVar[Task] = "regression"
    default_members = REGRESSORS
    default_meta = ("linear", {"alpha": 1.0})

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._combined(X)[:, 0]

    @classmethod
    def _small(cls) -> Self:
        forest = {"n_estimators": 4, "max_depth": 3}
        return cls([("linear", {}), ("random_forest_regressor", forest)], folds=3)
