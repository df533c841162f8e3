"""The next value of a series from the rows so far: by long short-term memory, and by attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.columns import ColumnKind
from ...core.errors import ParameterError, PredictionError, UnsafeArtifactError
from ..base import matrix
from ..forecasting.clock import Clock
from ..forecasting.forecaster import TARGET, Forecaster, Series
from ..forecasting.paths import Bounds, walk_ahead
from ..hyperparameters import Hyperparameter
from ..neural.parameters import LEARNING, SEQUENCE
from ..neural.store import WEIGHTS, network_to_bytes
from ..state import json_exactly, read_json, state_to_files
from .regressors import SequenceRegressor

_SERIES = "series.json"
_PATHS = 200  # fewer than trees walk: a step of a network costs more


class SequenceForecaster(Forecaster, SequenceRegressor):
    """What both have in common: a forecaster like the others, whose steps ahead are those of a network."""

    handles_missing = False
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {"target": TARGET, **SEQUENCE, **LEARNING}
    least_observed = 3
    column_: int
    errors_: np.ndarray

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
        SequenceRegressor.__init__(
            self,
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

    # -- one step ----------------------------------------------------------------------------------------

    def _as_table(self, X: Any) -> Any:
        if getattr(X, "ndim", 0) == 3:
            raise ParameterError.of(
                "X", type(self).__name__, "the rows of one series (n, features)", np.shape(X)
            )
        return super()._as_table(X)

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        if len(X) < self.least_observed:
            must_be = f"at least {self.least_observed} rows long"
            raise ParameterError.of("X", f"{type(self).__name__}.fit", must_be, len(X))
        super()._fit(X, y)

    def _learn(self, X: pd.DataFrame, series: Series) -> None:
        self.column_ = _numbers(X).index(self.target_)
        SequenceRegressor._fit(self, X.iloc[:-1], np.diff(series.values))

    def _hear_out(self, X: pd.DataFrame, target: np.ndarray, rows: np.ndarray) -> None:
        begin = max(0, int(rows[0]) - self.design_["length"] + 1)  # where the first of their windows begins
        self.errors_ = target[rows] - SequenceRegressor._predict(self, X.iloc[begin:])[rows - begin]

    def _next(self, X: pd.DataFrame, series: Series) -> np.ndarray:
        ahead: np.ndarray = series.values + SequenceRegressor._predict(self, X)
        return ahead

    def _shaped(self, X: pd.DataFrame) -> np.ndarray:
        return matrix(X[_numbers(X)])

    # -- many steps ----------------------------------------------------------------------------------------

    def _forecast(
        self, X: pd.DataFrame, series: Series, horizon: int, levels: Sequence[float]
    ) -> tuple[np.ndarray, Bounds]:
        errors = getattr(self, "errors_", np.empty(0))
        if levels and not len(errors):
            raise PredictionError(
                f"This {type(self).__name__} was stored without the errors that intervals are made of: fit it again, "
                "or ask for no level."
            )
        values = self._shaped(X)
        return walk_ahead(
            lambda paths: _Walk(self, values, paths),
            errors,
            horizon,
            levels,
            seed=self.random_state or 0,
            paths=_PATHS,
        )

    # -- keeping -------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, bytes]:
        apart = {"clock_", "target_", "start_"}
        others = SimpleNamespace(**{name: one for name, one in vars(self).items() if name not in apart})
        assert self._network is not None  # noqa: S101 - the writer has checked that it is fitted
        return {
            **state_to_files(others),
            WEIGHTS: network_to_bytes(self._network),
            _SERIES: json_exactly(self._described(), "the forecaster"),
        }

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore({name: data for name, data in files.items() if name != _SERIES})
        numbers = self._number_inputs()
        if type(self.column_) is not int or not 0 <= self.column_ < len(numbers):
            raise UnsafeArtifactError("A stored forecaster must forecast one of its columns. Got another.")
        target = numbers[self.column_]
        # Files of before say nothing of the series: rows without times.
        untimed = {"target": target, "clock": Clock().to_json(), "start": 0.0}
        self._take(read_json(files[_SERIES]) if _SERIES in files else untimed)
        errors = getattr(self, "errors_", np.zeros(1))
        sound = isinstance(errors, np.ndarray) and errors.dtype == np.float64 and errors.ndim == 1
        if not sound or not len(errors) or not np.isfinite(errors).all() or self.target_ != target:
            raise UnsafeArtifactError("A stored forecaster must hold its target's finite errors. Got others.")

    def _number_inputs(self) -> list[str]:
        inputs = self.signature.inputs if self.signature is not None else ()
        return [one.name for one in inputs if one.kind is not ColumnKind.TIME]

    def _fits_signature(self) -> bool:
        return bool(self.design_["inputs"] == len(self._number_inputs()))


class _Walk:
    """Paths of a series that a network continues; the other columns stay as in its last row."""

    def __init__(self, model: SequenceForecaster, values: np.ndarray, paths: int) -> None:
        self.model, self.column = model, model.column_
        length = model.design_["length"]
        last = values[np.maximum(np.arange(len(values) - length, len(values)), 0)]
        self.windows = np.tile(last, (paths, 1, 1))

    def ahead(self, step: int) -> np.ndarray:
        """Return the last value of each path plus the change that the network sees coming.

        The first path answers as ``predict`` does, to the last bit; chance moves the others anyway: 32 bits do.
        """
        from ..neural.windows import Ready

        scores = [
            self.model._scores_of(windows, lambda values, design: Ready(values), single=single)[:, 0]
            for windows, single in ((self.windows[:1], False), (self.windows[1:], True))
            if len(windows)
        ]
        change = np.concatenate(scores) * self.model.spread_ + self.model.middle_
        ahead: np.ndarray = self.windows[:, -1, self.column] + change
        return ahead

    def take(self, values: np.ndarray) -> None:
        """Go on with these values."""
        row = self.windows[:, -1:].copy()
        row[:, 0, self.column] = values
        self.windows = np.concatenate([self.windows[:, 1:], row], axis=1)


def _numbers(X: pd.DataFrame) -> list[str]:
    """Return the names of the columns that the network reads: all but times."""
    return [str(name) for name, dtype in X.dtypes.items() if dtype.kind != "M"]


class LSTMForecaster(SequenceForecaster):
    """What a column is next, by an LSTM over the rows so far.

    X holds the rows of one series in time order; ``predict`` gives, for each row, the value that ``target`` (the
    first column of numbers where it is ``None``) has one row later. What is learnt is the change from the row's own
    value, so a network that has learnt nothing says "as now". Stops as :class:`LSTMClassifier` does. Missing values
    are refused; every row is a step, and times say when the forecasts are.

    ``forecast`` feeds its own forecasts back in, step after step; the other columns stay as in the last row. Its
    intervals are quantiles of 200 such paths, each step with an error drawn (``random_state``) from the errors one
    step ahead on the validation rows, or on all rows where none validate.

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
