"""A model ready to answer: compiled where it has a compiled form, native where not or where that is faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..core.errors import PredictionError
from ..core.signature import Signature


class Engine(Protocol):
    """What computes answers: an ONNX session, a model object, or both by the size of the batch."""

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n_samples,) predictions."""
        ...


@dataclass(frozen=True)
class LoadedModel:
    """One version in memory. Safe to share between threads: answering changes nothing in it."""

    model_id: str
    version: str
    model_type: str
    signature: Signature
    engine: Any
    platform: str
    digest: str
    size_bytes: int

    @property
    def classes(self) -> tuple[Any, ...]:
        """Class labels in the order of the columns of :meth:`answer`'s probabilities."""
        return self.signature.classes

    def answer(self, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray | None]:
        """Return predictions (n,) and, for classifiers, probabilities (n, n_classes), in one pass.

        ``rows`` has passed the signature. The label is the most probable class, so both always agree.
        """
        if self.signature.output == "class" and hasattr(self.engine, "predict_proba"):
            probabilities = np.asarray(self.engine.predict_proba(rows))
            labels = np.asarray(self.classes, dtype=_label_dtype(self.classes))
            return labels[probabilities.argmax(axis=1)], probabilities
        return np.asarray(self.engine.predict(rows)), None

    def predict_proba(self, rows: pd.DataFrame) -> np.ndarray:
        """Return class probabilities (n, n_classes).

        Raises:
            PredictionError: the model is not a classifier.
        """
        probabilities = self.answer(rows)[1]
        if probabilities is None:
            raise PredictionError(f"Model '{self.model_id}' has no probabilities: it is not a classifier.")
        return probabilities


def _label_dtype(classes: tuple[Any, ...]) -> Any:
    return None if all(isinstance(one, (bool, int, float)) for one in classes) else object
