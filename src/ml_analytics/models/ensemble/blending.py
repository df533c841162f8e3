"""Blending: the meta-model learns from one forward holdout at the end of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ..hyperparameters import Choice, Hyperparameter, Real
from ..task import Task
from .averaging import CLASSIFIERS, REGRESSORS, Ensemble
from .folds import Split, bars_of, forward_holdout
from .stacked import NO_ORDER, StackedEnsemble


class _Blending(StackedEnsemble):
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        **StackedEnsemble.hyperparameters,
        "holdout": Real(
            "share of the moments, at the end, that is held out", 0.01, high=0.9, search=(0.1, 0.4)
        ),
        "refit": Choice("whether members then learn from all rows", (True, False)),
    }

    def __init__(
        self, members: Any = None, meta: Any = None, holdout: float = 0.2, gap: int = 0, refit: bool = True
    ) -> None:
        self.members = members
        self.meta = meta
        self.holdout = holdout
        self.gap = gap
        self.refit = refit

    def _splits(self, X: pd.DataFrame) -> list[Split]:
        return forward_holdout(bars_of(X, f"{type(self).__name__}.fit"), self.holdout, self.gap)

    def _refits(self) -> bool:
        return self.refit


class BlendingClassifier(_Blending):
    """A logistic regression of the members' probabilities on the last rows, which the members had not seen.

    Rows are in time order. Members learn from all but the last ``holdout`` share of the moments, less ``gap``
    moments before it; the meta-model learns from their answers there. Cheaper than stacking (each member is
    fitted twice) and noisier, for the meta-model sees fewer rows. With ``refit=False`` the members stay as the
    meta-model saw them and never learn from the last rows.

    >>> X = pd.DataFrame({"a": np.tile([0.0, 1.0, 2.0, 3.0], 10)})
    >>> model = BlendingClassifier([("logistic", {}), ("random_forest", {"n_estimators": 5})], holdout=0.3)
    >>> model.fit(X, X["a"] > 1).predict(X[:4])
    array([False, False,  True,  True])
    """

    model_type: ClassVar[str] = "blending"
    task: ClassVar[Task] = "classification"
    default_members = CLASSIFIERS
    default_meta = ("logistic", {})
    exempt_checks: ClassVar[Mapping[str, str]] = {
        **Ensemble.exempt_checks,
        "check_estimators_nan_inf": NO_ORDER,
        "check_positive_only_tag_during_fit": NO_ORDER,
        "check_classifier_data_not_an_array": NO_ORDER,
        "check_sample_weights_pandas_series": NO_ORDER,
        "check_sample_weights_not_an_array": NO_ORDER,
        "check_sample_weights_shape": NO_ORDER,
        "check_sample_weights_not_overwritten": NO_ORDER,
    }

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self._combined(X)

    @classmethod
    def _small(cls) -> Self:
        return cls([("logistic", {}), ("random_forest", {"n_estimators": 4, "max_depth": 3})])


class BlendingRegressor(_Blending):
    """A ridge regression of the members' numbers; as :class:`BlendingClassifier` otherwise."""

    model_type: ClassVar[str] = "blending_regressor"
    task: ClassVar[Task] = "regression"
    default_members = REGRESSORS
    default_meta = ("linear", {"alpha": 1.0})

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._combined(X)[:, 0]

    @classmethod
    def _small(cls) -> Self:
        forest = {"n_estimators": 4, "max_depth": 3}
        return cls([("linear", {}), ("random_forest_regressor", forest)])
