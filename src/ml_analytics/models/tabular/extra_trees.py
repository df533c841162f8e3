"""Extremely randomised trees (Geurts, Ernst and Wehenkel 2006) of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from ..hyperparameters import Hyperparameter
from ..task import Task
from .described import CLASS_WEIGHT, FOREST, NO_WEIGHTS_BY_LABEL
from .forest import ForestClassifier, ForestRegressor


class ExtraTreesModel(ForestClassifier):
    """A forest whose splits are drawn at random and the best of the draws kept, on all rows.

    Quicker to train than a random forest and smoother; better where many columns carry a little signal. Missing
    values go to a side drawn with the split. The same ``random_state`` gives the same trees for every ``n_jobs``.

    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    >>> ExtraTreesModel(n_estimators=5).fit(X, ["low", "low", "high", "high"]).predict(X[:1])
    array(['low'], dtype=object)
    """

    model_type: ClassVar[str] = "extra_trees"
    task: ClassVar[Task] = "classification"
    learner = ExtraTreesClassifier
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {**FOREST, "class_weight": CLASS_WEIGHT}
    exempt_checks: ClassVar[Mapping[str, str]] = NO_WEIGHTS_BY_LABEL

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


class ExtraTreesRegressorModel(ForestRegressor):
    """Randomised regression trees; as :class:`ExtraTreesModel` otherwise."""

    model_type: ClassVar[str] = "extra_trees_regressor"
    task: ClassVar[Task] = "regression"
    learner = ExtraTreesRegressor
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
