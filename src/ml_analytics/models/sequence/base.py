"""What families of sequences share: rows of one series in time order, or windows that are ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import LeakageError, ParameterError, PredictionError
from ...core.frames import Table
from ...core.row_times import require_time_order
from ..base import matrix
from ..hyperparameters import Hyperparameter
from ..neural import NeuralModel
from ..neural.design import MAX_VALUES, Design
from ..neural.flat import flattened, shape_of
from ..neural.parameters import LEARNING, MAX_LENGTH, SEQUENCE
from ..neural.split import forward_split

if TYPE_CHECKING:
    from ..neural.windows import Rows


class SequenceModel(NeuralModel):
    """A network over windows. A family gives ``_kind``, its constructor and what is learnt.

    X is one of two things, and a fitted model keeps to the one it was fitted on:

    - a table (n_samples, n_features), the rows of **one** series in time order. Each row is answered from the
      window of ``sequence_length`` rows that ends with it, never from a later one. Before the first row the
      series is taken to have stood at the first row, so that every row has its answer.
    - an array (n_samples, length, n_features) of ready windows, oldest row first. Each stands alone; the
      signature has length x n_features columns, ``sequence_length`` is not used, and the model compiles to ONNX.
      A flat array of these columns is taken by ``predict`` too.
    """

    purpose: ClassVar[str] = "A neural network of sequences"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {**SEQUENCE, **LEARNING}
    exempt_laws: ClassVar[Mapping[str, str]] = {
        "rows_stand_alone": "the answer for a row is read from the rows before it as well"
    }
    onnx_note = (
        "a row is answered from the rows before it, which an ONNX graph of one row does not see (fit it on ready "
        "windows, an array of three dimensions, for one that compiles)"
    )

    hidden_size: int
    num_layers: int
    sequence_length: int
    window_: list[int] | None

    def _kind(self) -> str:
        raise NotImplementedError

    # -- input ---------------------------------------------------------------------------------------

    def _as_table(self, X: Any) -> Any:
        if getattr(X, "ndim", 0) != 3:
            return X
        windows = np.asarray(X)
        _, length, width = windows.shape
        if not 1 <= length * width <= MAX_VALUES or length > MAX_LENGTH:
            must_be = f"windows of at most {MAX_LENGTH} rows and 1 to {MAX_VALUES} numbers"
            raise ParameterError.of("X", type(self).__name__, must_be, f"{length} rows of {width} numbers")
        return flattened(windows, (length, width))

    def _checked(self, X: Table) -> pd.DataFrame:
        self._require_fitted()
        if getattr(X, "ndim", 0) == 3 and list(np.shape(X)[1:]) != self.window_:
            wanted = f"windows of {self.window_}" if self.window_ else "the rows of one series (n, features)"
            raise PredictionError(
                f"The input must be {wanted}, as in training. Got windows of {np.shape(X)[1:]}."
            )
        frame = super()._checked(X)
        try:
            require_time_order(frame.index, f"{type(self).__name__}.predict")
        except LeakageError as error:
            raise PredictionError(str(error)) from error
        return frame

    # -- what the base of networks calls -------------------------------------------------------------

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        require_time_order(X.index, f"{type(self).__name__}.fit")
        self.window_ = shape_of(X)
        super()._fit(X, y)

    def _shaped(self, X: pd.DataFrame) -> np.ndarray:
        values = matrix(X)
        return values if self.window_ is None else values.reshape(len(values), *self.window_)

    def _design(self, shape: tuple[int, ...], outputs: int) -> dict[str, Any]:
        return {
            "kind": self._kind(),
            "inputs": shape[-1],
            "outputs": outputs,
            "hidden": int(self.hidden_size),
            "layers": int(self.num_layers),
            "length": int(self.sequence_length) if self.window_ is None else shape[1],
        }

    def _rows(self, values: Any, design: Design) -> Rows:
        from ..neural.windows import Ready, Series

        return Series(values, design["length"]) if self.window_ is None else Ready(values)

    def _split(self, rows: int, design: Design) -> tuple[np.ndarray, np.ndarray]:
        return forward_split(rows, self.validation_fraction, design["length"])

    def _fits_signature(self) -> bool:
        if self.window_ is None:
            return super()._fits_signature()
        window = [self.design_["length"], self.design_["inputs"]]
        return bool(self.window_ == window and window[0] * window[1] == self._width)

    def _to_onnx(self) -> bytes | None:
        return None if self.window_ is None else self._network_to_onnx()

    @classmethod
    def _small(cls) -> Self:
        # 3 epochs: enough to hear of a round, to interrupt it, and to go on after it.
        return cls(hidden_size=8, num_layers=1, sequence_length=4, epochs=3, batch_size=64)

    @classmethod
    def _example(cls, rows: int, seed: int) -> tuple[Any, Any]:
        generator = np.random.default_rng(seed)
        X = pd.DataFrame(generator.normal(size=(rows, 3)), columns=["c", "a", "b"])
        signal = X["c"] + X["a"].shift(1, fill_value=0.0)
        if cls.task == "regression":
            return X, signal
        return X, None if cls.task == "forecasting" else pd.Series(
            np.where(signal > 0, "up", "down"), name="y"
        )
