"""Train and evaluate a model object on data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import ParameterError
from ..models import BaseModel
from ..training import evaluate_model


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The model as trained, with its metrics by part; parts that could not be scored are absent."""

    model: BaseModel
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class ModelTrainer:
    """Trains a model object through its own ``train(data)`` and scores it where it can predict.

    >>> import numpy as np
    >>> from ml_analytics import ModelFactory
    >>> X, y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
    >>> result = ModelTrainer().train_and_evaluate(ModelFactory.create("dummy"), {"X": X, "y": y})
    >>> result.metrics["train"]["accuracy"]
    0.5
    """

    def train_and_evaluate(self, model: BaseModel, data: Any) -> TrainingResult:
        """Train ``model`` on ``data`` and score it.

        Args:
            model: any :class:`BaseModel`; one that only overrides ``train`` is trained and not scored.
            data: ``(X, y)``, or a mapping with ``X``, ``y`` and optionally ``sample_weight`` (of the fit) and
                ``X_test``, ``y_test``, or whatever the model's own ``train`` takes.

        Raises:
            ParameterError: ``model`` is not a :class:`BaseModel`.
        """
        if not isinstance(model, BaseModel):
            raise ParameterError.of("model", "train_and_evaluate", "a BaseModel", type(model).__name__)
        parts = _parts(data)
        model.train({name: data[name] for name in _LEARNT if name in data} if "test" in parts else data)
        if model.signature is None:
            return TrainingResult(model)
        return TrainingResult(model, {name: evaluate_model(model, X, y) for name, (X, y) in parts.items()})


_LEARNT = ("X", "y", "sample_weight")


def _parts(data: Any) -> dict[str, tuple[Any, Any]]:
    if isinstance(data, tuple) and len(data) == 2:
        return {"train": (data[0], data[1])}
    if isinstance(data, Mapping) and "X" in data and "y" in data:
        parts = {"train": (data["X"], data["y"])}
        if "X_test" in data and "y_test" in data:
            parts["test"] = (data["X_test"], data["y_test"])
        return parts
    return {}
