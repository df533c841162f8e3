"""What a family of models says of itself and writes: all of it has a default but the learning and the answering."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from ..core.columns import ColumnKind
from ..core.errors import PredictionError, TrainingError
from ..core.progress import Progress, Silent
from ..core.signature import Signature
from .hyperparameters import Hyperparameter
from .sklearn_checks import WORDING
from .state import state_from_files, state_to_files
from .task import OUTPUT, Task


class Family(BaseEstimator):  # type: ignore[misc]
    """The parts of :class:`~ml_analytics.models.BaseModel` that a family sets or overrides; derive from that one."""

    model_type: ClassVar[str] = ""
    """The name in :class:`ModelFactory`."""
    task: ClassVar[Task] = "classification"
    handles_missing: ClassVar[bool] = False
    """Whether training data may have missing values; if not, ``fit`` refuses them."""
    accepts: ClassVar[frozenset[ColumnKind]] = frozenset(ColumnKind)
    """The kinds of columns it can learn from."""
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {}
    """Every parameter of the constructor: what it means, which values are taken, where to search."""
    exempt_laws: ClassVar[Mapping[str, str]] = {}
    """Laws of :mod:`ml_analytics.models.testing` that do not hold here, each with the reason."""

    exempt_checks: ClassVar[Mapping[str, str]] = WORDING
    """Checks of scikit-learn for estimators that do not apply here, each with the reason."""

    onnx_note: ClassVar[str] = "this family has no ONNX form"
    """Why it has none, for families that leave ``_to_onnx`` as it is."""

    _signature: Signature | None = None
    _progress: Progress = Silent()

    @property
    def signature(self) -> Signature | None:
        """What goes in and what comes out; ``None`` before it is fitted."""
        return self._signature

    @signature.setter
    def signature(self, value: Signature | None) -> None:
        self._signature = value

    # -- learning and answering ----------------------------------------------------------------------

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        raise TrainingError(f"{type(self).__name__} must define _fit(X, y) or train(data).", stage="fit")

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        if self.task == "classification":
            best: np.ndarray = np.asarray(self._predict_proba(X)).argmax(axis=1)
            return best
        raise PredictionError(f"{type(self).__name__} must define _predict(X) or predict(X).")

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        raise PredictionError(f"{type(self).__name__} gives no probabilities.")

    def _gives_probabilities(self) -> bool:
        return type(self)._predict_proba is not Family._predict_proba

    def _to_onnx(self) -> bytes | None:
        """Return the fitted model as ONNX over one float32 input, or ``None`` where the family has none."""
        return None

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (columns, values) where the answer jumps; compilation is compared there."""
        return np.empty(0, np.int64), np.empty(0)

    def _importance(self) -> tuple[str, Any] | None:
        return None

    def _state(self) -> dict[str, bytes]:
        return state_to_files(self)

    def _restore(self, files: Mapping[str, bytes]) -> None:
        state_from_files(self, files)

    def _stored_params(self) -> dict[str, Any]:
        params: dict[str, Any] = self.get_params(deep=False)
        return params

    @classmethod
    def _small(cls) -> Self:
        """Return a quick instance for the conformance suite."""
        return cls()

    @classmethod
    def _example(cls, rows: int, seed: int) -> tuple[Any, Any] | None:
        """Return (X, y) for the conformance suite where numbers in three columns would not do."""
        return None

    def _as_table(self, X: Any) -> Any:
        """Return what :func:`to_pandas` takes; families of texts, images and sequences take other things too."""
        return X

    @property
    def _width(self) -> int:
        return len(self.signature.inputs) if self.signature is not None else 0

    def _without_weights(self) -> str:
        """Return the name of what does not learn from weights of rows, or nothing where all of it does."""
        return "" if "sample_weight" in inspect.signature(self._fit).parameters else type(self).__name__

    def _inferred(self, frame: pd.DataFrame, classes: tuple[Any, ...]) -> Signature:
        """Return the signature of a training table; families whose columns are declared say what they hold."""
        return Signature.infer(frame, OUTPUT[self.task], classes)

    def _possible_answers(self) -> tuple[Any, ...]:
        """Return what ``predict`` can answer with, where that is a few values and not learnt from ``y``."""
        return ()

    def _tell(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` rounds of training are finished."""
        self._progress.advance(done, total)
