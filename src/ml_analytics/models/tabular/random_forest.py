"""Random forests (Breiman 2001) of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from ..hyperparameters import Hyperparameter
from ..sklearn_checks import EQUIVALENCE, WORDING
from ..task import Task
from .described import CLASS_WEIGHT, DRAWS, FOREST, NO_WEIGHTS_BY_LABEL
from .forest import ForestClassifier, ForestRegressor


class RandomForestModel(ForestClassifier):
    """A forest of classification trees on numeric columns; missing values are sent down the better branch.

    The same ``random_state`` gives the same forest for every ``n_jobs``. Prediction uses one thread: the
    order in which threads add up votes would change the last digits.

    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    >>> RandomForestModel(n_estimators=5).fit(X, ["low", "low", "high", "high"]).predict(X[:1])
    array(['low'], dtype=object)
    """

    model_type: ClassVar[str] = "random_forest"
    task: ClassVar[Task] = "classification"
    learner = RandomForestClassifier
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {**FOREST, "class_weight": CLASS_WEIGHT}
    exempt_checks: ClassVar[Mapping[str, str]] = {**NO_WEIGHTS_BY_LABEL, EQUIVALENCE: DRAWS}

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


class RandomForestRegressorModel(ForestRegressor):
    """A forest of regression trees on numeric columns; as :class:`RandomForestModel` otherwise."""

    model_type: ClassVar[str] = "random_forest_regressor"
    task: ClassVar[Task] = "regression"
    learner = RandomForestRegressor
    exempt_checks: ClassVar[Mapping[str, str]] = {**WORDING, EQUIVALENCE: DRAWS}
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
