"""Logistic and linear regression that learn by one gradient step a row, with river."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import UnsafeArtifactError
from ..base import matrix
from ..hyperparameters import Hyperparameter, Real
from ..task import Task
from .learner import OnlineModel, number

_MANY = 10  # columns from which a step is divided, or it would shoot past the goal


class LinearEngine:
    """river's running scaler and one linear model: of two classes, of each of several, or of numbers."""

    def __init__(self, kind: str, classes: int, width: int, learning_rate: float, l2: float) -> None:
        from river import linear_model, optim, preprocessing

        rate = learning_rate / max(1.0, width / _MANY)
        made = linear_model.LogisticRegression if kind == "logistic" else linear_model.LinearRegression
        self.width = width
        self.scaler: Any = preprocessing.StandardScaler()
        self.models = [
            made(optimizer=optim.SGD(rate), l2=l2, intercept_lr=rate)
            for _ in range(classes if classes > 2 else 1)
        ]

    def learn(self, row: Mapping[int, float], y: float) -> None:
        """Take one row: first the scaler, then a step of each model."""
        self.scaler.learn_one(row)
        scaled = self.scaler.transform_one(row)
        if len(self.models) == 1:
            self.models[0].learn_one(scaled, y)
            return
        for label, model in enumerate(self.models):
            model.learn_one(scaled, int(label == y))

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return (n_samples, models) weighted sums, as river computes them for one row."""
        means = np.array([self.scaler.means[at] for at in range(self.width)])
        variances = np.array([self.scaler.vars[at] for at in range(self.width)])
        scaled = np.where(
            variances > 0, (values - means) / np.sqrt(np.where(variances > 0, variances, 1.0)), 0.0
        )
        weights = np.array(
            [[model.weights.get(at, 0.0) for at in range(self.width)] for model in self.models]
        )
        found: np.ndarray = scaled @ weights.T + np.array([model.intercept for model in self.models])
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the scaler's statistics and every model's numbers, in the order in which river holds them."""
        order = list(self.scaler.counts)
        return {
            "scaler": [
                [at, self.scaler.counts[at], float(self.scaler.means[at]), float(self.scaler.vars[at])]
                for at in order
            ],
            "models": [
                {
                    "weights": [[at, float(value)] for at, value in model.weights.items()],
                    "intercept": float(model.intercept),
                    "steps": model.optimizer.n_iterations,
                }
                for model in self.models
            ],
        }

    def take(self, plain: Mapping[str, Any]) -> Self:
        """Set what :meth:`to_json` gave.

        Raises:
            UnsafeArtifactError: other columns, other models, or numbers that are not finite.
        """
        from river import utils

        columns = [one[0] for one in plain["scaler"]]
        if sorted(columns) != list(range(self.width)) or len(plain["models"]) != len(self.models):
            raise UnsafeArtifactError("A stored online model must have the columns of its signature.")
        for at, seen, mean, variance in plain["scaler"]:
            if type(seen) is not int or seen < 1 or number(variance) < 0:
                raise UnsafeArtifactError("A stored scaler must have counts and variances from 0.")
            self.scaler.counts[at], self.scaler.means[at] = seen, number(mean)
            self.scaler.vars[at] = number(variance)
        for model, one in zip(self.models, plain["models"], strict=True):
            if (
                sorted(at for at, _ in one["weights"]) != list(range(self.width))
                or type(one["steps"]) is not int
            ):
                raise UnsafeArtifactError("A stored online model must have a weight for each column.")
            model._weights = utils.VectorDict({at: number(value) for at, value in one["weights"]})
            model.intercept = number(one["intercept"])
            model.optimizer.n_iterations = one["steps"]
        return self


class _OnlineLinear(OnlineModel):
    kind: ClassVar[str] = ""
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "learning_rate": Real(
            "step of each row (divided from 10 columns on)",
            above=True,
            high=1.0,
            search=(1e-3, 0.3),
            log=True,
        ),
        "l2": Real("strength of the penalty on squared weights", high=1.0, search=(1e-6, 1e-1), log=True),
    }

    def __init__(self, learning_rate: float = 0.05, l2: float = 0.0) -> None:
        self.learning_rate = learning_rate
        self.l2 = l2

    def _new_engine(self, classes: int, width: int) -> LinearEngine:
        return LinearEngine(self.kind, classes, width, self.learning_rate, self.l2)

    def _read_engine(self, plain: Mapping[str, Any], classes: int, width: int) -> LinearEngine:
        return self._new_engine(classes, width).take(plain)

    def _importance(self) -> tuple[str, Any]:
        weights = [[model.weights.get(at, 0.0) for at in range(self._width)] for model in self._engine.models]
        return "mean absolute weight of the standardised column", np.abs(weights).mean(axis=0)


class OnlineLogistic(_OnlineLinear):
    """Logistic regression by one gradient step a row, on columns scaled by what was seen so far (river).

    Several classes are learnt one against the rest, their probabilities scaled to sum to one.

    >>> X = pd.DataFrame({"a": np.tile([-1.0, 1.0], 50)})
    >>> model = OnlineLogistic().partial_fit(X[:60], X["a"][:60] > 0).partial_fit(X[60:], X["a"][60:] > 0)
    >>> model.predict(X[:2])
    array([False,  True])
    """

    model_type: ClassVar[str] = "online_logistic"
    task: ClassVar[Task] = "classification"
    kind = "logistic"

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        ups = 1.0 / (1.0 + np.exp(-np.clip(self._engine.sums(matrix(X)), -700.0, 700.0)))
        if ups.shape[1] == 1:
            return np.hstack([1.0 - ups, ups])
        shares: np.ndarray = ups / ups.sum(axis=1, keepdims=True)
        return shares


class OnlineLinear(_OnlineLinear):
    """Linear regression on squared error by one gradient step a row; as :class:`OnlineLogistic` otherwise."""

    model_type: ClassVar[str] = "online_linear"
    task: ClassVar[Task] = "regression"
    kind = "linear"

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        found: np.ndarray = self._engine.sums(matrix(X))[:, 0]
        return found
