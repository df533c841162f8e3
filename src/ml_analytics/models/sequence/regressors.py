"""Numbers for rows from the rows before them: by long short-term memory, and by attention."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core.errors import UnsafeArtifactError
from ..task import Task
from .base import SequenceModel


class SequenceRegressor(SequenceModel):
    """What both have in common."""

    task: ClassVar[Task] = "regression"
    middle_: float
    spread_: float

    def __init__(
        self,
        *,
        hidden_size: int = 64,
        num_layers: int = 2,
        sequence_length: int = 30,
        dropout: float = 0.1,
        weight_decay: float = 0.01,
        learning_rate: float = 0.002,
        epochs: int = 100,
        batch_size: int = 64,
        patience: int | None = 10,
        validation_fraction: float = 0.2,
        refit: bool = False,
        device: str = "auto",
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.sequence_length = sequence_length
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.refit = refit
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        unit = (self.middle_, self.spread_)
        if not all(type(one) in (int, float) and math.isfinite(one) for one in unit):
            raise UnsafeArtifactError("The unit of a stored regressor must be finite numbers. Got others.")

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._scores(X)[:, 0] * self.spread_ + self.middle_


class LSTMRegressor(SequenceRegressor):
    """Numbers from windows, by an LSTM, on squared error; stops as :class:`LSTMClassifier` does.

    >>> X = pd.DataFrame({"a": np.tile([0.0, 0.0, 1.0], 20)})
    >>> y = np.tile([1.0, 2.0, 3.0], 20)
    >>> model = LSTMRegressor(sequence_length=3, hidden_size=8, num_layers=1, epochs=60, learning_rate=0.05)
    >>> model.fit(X, y).score(X, y) > 0.9
    True
    """

    model_type: ClassVar[str] = "lstm_regressor"

    def _kind(self) -> str:
        return "lstm"


class TransformerRegressor(SequenceRegressor):
    """Numbers from windows, by a Transformer encoder; as :class:`LSTMRegressor` otherwise."""

    model_type: ClassVar[str] = "transformer_regressor"

    def _kind(self) -> str:
        return "transformer"
