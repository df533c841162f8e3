"""The next value of a series from the rows so far: by long short-term memory, and by attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import ParameterError, PredictionError, UnsafeArtifactError
from ...core.frames import Table, to_pandas
from ..base import matrix
from ..hyperparameters import Given, Hyperparameter
from ..neural.parameters import LEARNING, SEQUENCE
from ..task import Task
from .regressors import SequenceRegressor


class SequenceForecaster(SequenceRegressor):
    """What both have in common: a table alone is learnt from, and each row gets the value of the next one."""

    task: ClassVar[Task] = "forecasting"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "target": Given(
            "the column that is forecast (None: the first)",
            "the name of a column, or None",
            lambda value: value is None or isinstance(value, str),
        ),
        **SEQUENCE,
        **LEARNING,
    }

    def __init__(
        self,
        *,
        target: str | None = None,
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
        super().__init__(
            hidden_size=hidden_size,
            num_layers=num_layers,
            sequence_length=sequence_length,
            dropout=dropout,
            weight_decay=weight_decay,
            learning_rate=learning_rate,
            epochs=epochs,
            batch_size=batch_size,
            patience=patience,
            validation_fraction=validation_fraction,
            refit=refit,
            device=device,
            n_jobs=n_jobs,
            random_state=random_state,
        )
        self.target = target

    def train(self, data: Any, target: str | None = None) -> Self:
        """Fit from a table as it is; ``target`` names the column to forecast and is kept as the parameter."""
        if target is not None:
            self.set_params(target=target)
        if isinstance(data, (tuple, Mapping)):
            return super().train(data)
        return self.fit(to_pandas(data, "data", f"{type(self).__name__}.train"))

    def score(self, X: Table, y: Any = None) -> float:
        """Return 1 - MSE / MSE of the row's own value: 0 is as good as no model, 1 perfect, below 0 worse.

        ``y`` are the values after each row; without it they are taken from the next row of X.
        """
        frame = self._checked(X)
        level = matrix(frame)[:, self.column_]
        following = self.following(frame) if y is None else np.asarray(y, dtype=float)
        known = np.isfinite(following)
        if not known.any():
            raise PredictionError(f"{type(self).__name__}.score must have a known next value. Got none.")
        error = np.mean((self._predict(frame) - following)[known] ** 2)
        naive = np.mean((level - following)[known] ** 2)
        return float(1.0 - error / naive) if naive > 0 else float(error == 0)

    def following(self, X: Table) -> np.ndarray:
        """Return what ``predict`` forecasts for each row, as far as X knows: the target one row later, at last NaN."""
        return np.append(matrix(self._checked(X))[1:, self.column_], np.nan)

    def _as_table(self, X: Any) -> Any:
        if getattr(X, "ndim", 0) == 3:
            raise ParameterError.of(
                "X", type(self).__name__, "the rows of one series (n, features)", np.shape(X)
            )
        return X

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        owner = f"{type(self).__name__}.fit"
        if self.target is not None and self.target not in X.columns:
            raise ParameterError.of("target", type(self).__name__, "a column of X", self.target)
        if len(X) < 3:
            raise ParameterError.of("X", owner, "at least 3 rows long", len(X))
        self.column_ = list(X.columns).index(self.target) if self.target is not None else 0
        level = matrix(X)[:, self.column_]
        super()._fit(X.iloc[:-1], np.diff(level))

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        if type(self.column_) is not int or not 0 <= self.column_ < self._width:
            raise UnsafeArtifactError("A stored forecaster must forecast one of its columns. Got another.")

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        result: np.ndarray = matrix(X)[:, self.column_] + super()._predict(X)
        return result


class LSTMForecaster(SequenceForecaster):
    """The next value of a column, by an LSTM over the rows so far.

    X holds the rows of one series in time order; ``predict`` gives, for each row, the value that ``target`` (the
    first column where it is ``None``) has one row later. What is learnt is the change from the row's own value,
    so a network that has learnt nothing says "as now". Stops as :class:`LSTMClassifier` does. Missing values are
    refused.

    >>> X = pd.DataFrame({"price": np.tile([1.0, 2.0, 4.0], 20)})
    >>> model = LSTMForecaster(sequence_length=3, hidden_size=8, num_layers=1, epochs=60, learning_rate=0.05)
    >>> bool(abs(model.fit(X).predict(X)[-1] - 1.0) < 0.3)
    True
    """

    model_type: ClassVar[str] = "lstm_forecaster"

    def _kind(self) -> str:
        return "lstm"


class TransformerForecaster(SequenceForecaster):
    """The next value of a column, by a Transformer encoder; as :class:`LSTMForecaster` otherwise."""

    model_type: ClassVar[str] = "transformer_forecaster"

    def _kind(self) -> str:
        return "transformer"
