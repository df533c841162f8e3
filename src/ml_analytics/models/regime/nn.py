"""Market regimes by a neural network that learns them from labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from ...core.errors import ParameterError
from ...core.frames import Table
from ...core.progress import Progress
from ..hyperparameters import Choice, Hyperparameter, Integer
from ..neural.flat import shape_of
from ..neural.parameters import CLASS_WEIGHT, LEARNING, SEQUENCE
from ..sequence.base import SequenceModel
from ..task import Task

ARCHITECTURES = ("lstm", "transformer")


class NNRegimeDetector(SequenceModel):
    """Regimes of bars from the bars before them, learnt from labels, by an LSTM or a Transformer.

    Labels come from anywhere: by hand, from a rule, or from :class:`HMMRegimeDetector` (its numbers, or their
    names). ``predict`` gives such labels back. It is **causal**: the regime of a bar is read from the window of
    ``sequence_length`` bars that ends with it, and later bars never change it. Before the first bar the market
    is taken to have stood at the first bar, so every bar has one answer; give some bars of history before the one
    that matters.

    Whole numbers from 0 to ``n_regimes - 1`` keep a column each in ``predict_proba``, also where the training
    bars hold none of them; other labels have a column each in the order of ``classes_``.

    Args:
        input_size: number of features; ``None`` takes what ``fit`` is given.
        n_regimes: the most regimes there are.
        hidden_size: width of the network.
        num_layers: layers of the network.
        architecture: ``"lstm"`` or ``"transformer"``.
        sequence_length: bars of a window, its own bar included.
        dropout: share of the network left out at random in training.
        weight_decay: pull of the weights to zero at each step.
        learning_rate: size of a step of AdamW.
        class_weight: ``"balanced"`` weighs regimes by their rarity.
        patience: epochs without gain on the validation bars until it stops; ``None`` for never.
        validation_fraction: share of the bars, the last ones, that tell when to stop. ``sequence_length`` bars
            before them are not learnt from, so no window of theirs was. 0 for none.
        refit: learn anew from all bars, for as many epochs as were best; else the last bars, the newest, only say
            when to stop.
        epochs: passes over the training bars, at most.
        batch_size: bars of one step.
        device: ``"auto"`` takes a GPU where there is one, ``"cpu"``, ``"cuda"``. On a GPU training runs in mixed
            precision; on a CPU the same seed gives the same bytes.
        n_jobs: threads in training (``None``: one; -1: all cores); the last digits depend on it.
        random_state: seed; ``None`` is 0.

    Bars are rows of one market in time order without missing values. Features are standardised inside with
    the training bars; what lies more than 10 deviations away counts as 10.

    >>> import numpy as np
    >>> generator = np.random.default_rng(0)
    >>> regimes = np.repeat([0, 1, 0, 1, 0, 1, 0, 1], 40)
    >>> returns = generator.normal(np.where(regimes == 0, 1.0, -1.0), 0.5)[:, None]
    >>> detector = NNRegimeDetector(1, 2, 8, 1, sequence_length=5, learning_rate=0.02)
    >>> float((detector.fit(returns, regimes, epochs=10).predict(returns) == regimes).mean()) > 0.95
    True
    """

    model_type: ClassVar[str] = "nn_regime"
    task: ClassVar[Task] = "classification"
    purpose: ClassVar[str] = "NNRegimeDetector"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "input_size": Integer("number of features (None: what fit is given)", optional=True),
        "n_regimes": Integer("the most regimes there are", low=2),
        "architecture": Choice("kind of network", ARCHITECTURES, search=ARCHITECTURES),
        **SEQUENCE,
        **LEARNING,
        "class_weight": CLASS_WEIGHT,
    }

    def __init__(
        self,
        input_size: int | None = None,
        n_regimes: int = 3,
        hidden_size: int = 64,
        num_layers: int = 2,
        *,
        architecture: str = "lstm",
        sequence_length: int = 30,
        dropout: float = 0.1,
        weight_decay: float = 0.01,
        learning_rate: float = 0.002,
        class_weight: str | None = None,
        patience: int | None = 10,
        validation_fraction: float = 0.2,
        refit: bool = False,
        epochs: int = 100,
        batch_size: int = 32,
        device: str = "auto",
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.input_size = input_size
        self.n_regimes = n_regimes
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.architecture = architecture
        self.sequence_length = sequence_length
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.learning_rate = learning_rate
        self.class_weight = class_weight
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.refit = refit
        self.epochs = epochs
        self.batch_size = batch_size
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(
        self,
        features: Table,
        labels: Any = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        *,
        sample_weight: Any = None,
        progress: Progress | None = None,
        checkpoint: str | Path | None = None,
    ) -> Self:
        """Learn from bars (n_samples, n_features) and the regime of each; ``epochs`` and ``batch_size`` are set first.

        ``progress`` hears of each epoch. ``checkpoint`` is a file that an interrupted fit goes on from; see
        :meth:`NeuralModel.fit`. Afterwards ``losses_`` holds the loss of each epoch (on the validation bars where
        there are some) and ``best_epoch_`` the epoch whose weights were kept.

        Raises:
            ParameterError: an unusable parameter, another number of features than ``input_size``, labels that are
                missing, of one regime, or of more than ``n_regimes``.
            DataProcessingError: missing or infinite values, text, or times out of order.
            MissingExtraError: torch or Lightning is not installed.
        """
        given = {"epochs": epochs, "batch_size": batch_size}
        self.set_params(**{name: value for name, value in given.items() if value is not None})
        return super().fit(
            features, labels, sample_weight=sample_weight, progress=progress, checkpoint=checkpoint
        )

    def _kind(self) -> str:
        return self.architecture

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        name = type(self).__name__
        width = (shape_of(X) or X.shape)[-1]
        if self.input_size is not None and self.input_size != width:
            raise ParameterError.of(
                "input_size", name, f"the number of features, {width}, or None", self.input_size
            )
        classes = self.classes_
        if len(classes) > self.n_regimes:
            raise ParameterError.of(
                "n_regimes", name, f"at least the {len(classes)} labels of y", self.n_regimes
            )
        if classes.dtype.kind == "i" and classes[0] >= 0 and classes[-1] < self.n_regimes:
            assert self.signature is not None  # noqa: S101 - the base has just made it
            self.signature = replace(self.signature, classes=tuple(range(self.n_regimes)))
            y = classes[y]
        super()._fit(X, y)

    @classmethod
    def _small(cls) -> Self:
        return cls(n_regimes=2, hidden_size=8, num_layers=1, sequence_length=4, epochs=3, batch_size=64)
