"""A model that is nothing but its compiled form: brought from elsewhere, or trained here and then compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..core.errors import ModelLoadError, TrainingError
from .base import NUMBERS, BaseModel
from .compile import compile_onnx
from .factory import ModelFactory
from .hyperparameters import Given, Hyperparameter
from .onnx_predictor import OnnxPredictor
from .task import SUPERVISED, Task

FILE = "model.onnx"
"""The one file of its state."""


def _is_type(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value in ModelFactory.types() and value != "onnx")


class OnnxModel(BaseModel):
    """A classifier or regressor over numbers that is one ONNX graph.

    :func:`import_model` makes one of an ``.onnx`` file. ``fit`` trains a model of the type ``trained_as`` and keeps
    only what it compiles to: a fraction of the memory, and the same answers within the tolerance of compilation.
    Missing values are refused.

    >>> X = pd.DataFrame({"a": np.arange(20.0)})
    >>> OnnxModel(trained_as="linear").fit(X, X["a"] * 2).predict(X[3:4]).round(4)
    array([6.])
    """

    model_type: ClassVar[str] = "onnx"
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "trained_as": Given(
            "the type that is trained before it is compiled; None for a graph from elsewhere",
            "the name of a model type, or None",
            _is_type,
        )
    }

    def __init__(self, *, trained_as: str | None = "random_forest") -> None:
        self.trained_as = trained_as

    @property
    def task(self) -> Task:  # type: ignore[override]
        """What the graph answers with, or before it is fitted what ``trained_as`` does."""
        if self.signature is not None:
            return "classification" if self.signature.output == "class" else "regression"
        if self.trained_as is None or not _is_type(self.trained_as):
            return "classification"
        found: Task = ModelFactory.create(self.trained_as).task
        return found

    @property
    def graph(self) -> bytes:
        """The ONNX bytes.

        Raises:
            PredictionError: not fitted.
        """
        self._require_fitted()
        return self._graph

    @classmethod
    def of(cls, graph: bytes, signature: Any) -> OnnxModel:
        """Return the model that is this graph.

        Raises:
            UnsafeArtifactError: the graph could loop, exhaust memory or read other files.
            ModelLoadError: ONNX Runtime cannot load it, or its output is of another kind.
        """
        model = cls(trained_as=None)
        model.signature = signature
        model._restore({FILE: graph})
        return model

    @classmethod
    def _small(cls) -> OnnxModel:
        return cls(trained_as="logistic")

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        if self.trained_as is None:
            raise TrainingError(
                "A graph from elsewhere cannot be trained: set trained_as to a type.", stage="fit"
            )
        native = ModelFactory.create(self.trained_as)
        if native.task not in SUPERVISED:
            raise TrainingError(
                f"The type '{self.trained_as}' learns without a target, so it cannot be trained here.",
                stage="fit",
            )
        # Without a clock: the native model is not kept, so there is nothing to choose from.
        result = compile_onnx(native.fit(X, y), X, clock=None)
        if result.onnx is None:
            raise TrainingError(
                f"The type '{self.trained_as}' has no compiled form here. {result.note}", stage="fit"
            )
        self._restore({FILE: result.onnx})

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        if self.task == "classification":
            return super()._predict(X)
        return self._predictor().predict(X)

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self._predictor().predict_proba(X)

    def _gives_probabilities(self) -> bool:
        return self.task == "classification"

    def _to_onnx(self) -> bytes | None:
        return self._graph

    def _state(self) -> dict[str, bytes]:
        return {FILE: self._graph}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        self._graph = files[FILE]
        self._engine: OnnxPredictor | None = None
        self._predictor()

    def _predictor(self) -> OnnxPredictor:
        if self._engine is None:
            if self.signature is None:
                raise ModelLoadError("A stored ONNX model must have a signature. Got none.")
            self._engine = OnnxPredictor(self._graph, self.signature)
        return self._engine

    def __getstate__(self) -> dict[str, Any]:
        """Leave the session out of copies: it is made again when needed."""
        state: dict[str, Any] = super().__getstate__()
        return {**state, "_engine": None} if "_engine" in state else state
