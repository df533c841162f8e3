"""Classes of rows from the rows before them: by long short-term memory, and by attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..hyperparameters import Hyperparameter
from ..neural.parameters import CLASS_WEIGHT, LEARNING, SEQUENCE
from ..task import Task
from .base import SequenceModel


class SequenceClassifier(SequenceModel):
    """What both have in common."""

    task: ClassVar[Task] = "classification"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        **SEQUENCE,
        **LEARNING,
        "class_weight": CLASS_WEIGHT,
    }

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
        class_weight: str | None = None,
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
        self.class_weight = class_weight
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.refit = refit
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state


class LSTMClassifier(SequenceClassifier):
    """Classes from windows, by an LSTM (Hochreiter and Schmidhuber 1997).

    Training stops when the last ``validation_fraction`` of the rows, parted from the rest by a window's length,
    has seen no gain for ``patience`` epochs; the weights of the best epoch are kept. Those last rows are not learnt
    from; ``refit`` has a second network learn from all rows, for as many epochs as were best. Missing values are
    refused.

    >>> import numpy as np
    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": np.tile([0.0, 0.0, 1.0], 20)})
    >>> y = np.tile(["wait", "soon", "now"], 20)
    >>> model = LSTMClassifier(sequence_length=3, hidden_size=8, num_layers=1, epochs=60, learning_rate=0.05)
    >>> model.fit(X, y).predict(X[-3:].reset_index(drop=True))[-1]
    'now'
    """

    model_type: ClassVar[str] = "lstm_classifier"

    def _kind(self) -> str:
        return "lstm"


class TransformerClassifier(SequenceClassifier):
    """Classes from windows, by a Transformer encoder (Vaswani et al. 2017); as :class:`LSTMClassifier` otherwise."""

    model_type: ClassVar[str] = "transformer_classifier"

    def _kind(self) -> str:
        return "transformer"
