"""Compiled inference: ONNX where the family has a form and it agrees with the native model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import ModelLoadError, PredictionError
from ..core.frames import Table
from ..core.signature import FLOAT32_MAX
from .labels import class_table
from .onnx_convert import INPUT
from .onnx_guard import check_onnx

if TYPE_CHECKING:
    from ..core.signature import Signature
    from .base import BaseModel

TOLERANCE = 1e-4
"""The largest difference allowed: of a probability, or of a number relative to the spread of the numbers."""

MAX_PROBES = 400
"""How many rows are added to a sample by :func:`parity_rows`."""


@dataclass(frozen=True, slots=True)
class CompileResult:
    """``onnx`` is what to serve, or ``None`` for native serving; ``note`` says in words what was found.

    ``parity`` is the largest difference between the two on the rows that were compared.
    """

    onnx: bytes | None
    parity: float | None
    note: str


def compile_onnx(model: BaseModel, sample: Table) -> CompileResult:
    """Compile a fitted model and compare it with the native one.

    Compared are the rows of ``sample`` and rows made from them in which single columns are set to the
    split points of the trees and their 32-bit neighbours (:func:`parity_rows`). The compiled model is taken
    when every label is equal and no probability differs by more than 1e-4 (for numbers: 1e-4 of their
    spread on the sample); else the note says why the native model is to be served.

    >>> from ml_analytics.models import ModelFactory
    >>> X = pd.DataFrame({"a": np.arange(20.0)})
    >>> model = ModelFactory.create("random_forest", n_estimators=5).fit(X, np.arange(20) > 9)
    >>> compile_onnx(model, X).onnx is not None
    True
    """
    if model.signature is None:
        raise PredictionError(f"This {type(model).__name__} must be fitted before it is compiled. It is not.")
    try:
        onnx = model._to_onnx()
    except Exception as error:  # noqa: BLE001 - converters raise many kinds; each means: serve natively
        return CompileResult(None, None, f"Served natively: the converter failed ({type(error).__name__}).")
    if onnx is None:
        return CompileResult(None, None, f"Served natively: {model.onnx_note}.")
    rows = parity_rows(model, sample)
    compiled = OnnxPredictor(onnx, model.signature)
    if model.task == "classification":
        difference = float(np.abs(model.predict_proba(rows) - compiled.predict_proba(rows)).max())
        same = bool((model.predict(rows) == compiled.predict(rows)).all())
    else:
        native = model.predict(rows)
        spread = max(float(np.ptp(native)), float(np.abs(native).max()) * 1e-3, 1e-12)
        difference, same = float(np.abs(native - compiled.predict(rows)).max() / spread), True
    compared = f"{len(rows)} rows, split points included" if len(rows) > len(sample) else f"{len(rows)} rows"
    if not same or not difference <= TOLERANCE:
        what = "labels differ" if not same else f"answers differ by {difference:.2g}"
        return CompileResult(
            None, difference, f"Served natively: {what} from the compiled model on {compared}."
        )
    return CompileResult(onnx, difference, f"Compiled to ONNX: equal to the native model on {compared}.")


def parity_rows(model: BaseModel, sample: Table) -> pd.DataFrame:
    """Return the sample and rows at the model's split points, where rounding to 32 bits would show.

    Each added row is a row of the sample with one column set to a split point as a 32-bit float, or to the
    float just above or below.
    """
    assert model.signature is not None  # noqa: S101 - compile_onnx has checked
    frame = model.signature.check(sample).reset_index(drop=True)
    columns, points = model._split_points()
    # A split on "missing or not" stands at infinity; no number lies there.
    usable = np.abs(points) < FLOAT32_MAX / 2
    columns, points = columns[usable], points[usable]
    if not len(columns):
        return frame
    generator = np.random.default_rng(0)
    chosen = generator.choice(len(columns), size=min(MAX_PROBES // 3, len(columns)), replace=False)
    near = points[chosen].astype(np.float32)
    values = np.concatenate(
        [near, np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))]
    )
    where = np.tile(columns[chosen], 3)
    probes = (
        frame.iloc[generator.integers(0, len(frame), len(where))].astype(np.float64).reset_index(drop=True)
    )
    grid = probes.to_numpy(copy=True)
    grid[np.arange(len(where)), where] = values
    probes = pd.DataFrame(grid, columns=frame.columns)
    return pd.concat([frame.astype(np.float64), probes], ignore_index=True)


class OnnxPredictor:
    """Answers from ONNX alone: no scikit-learn, one thread, safe to share between threads.

    Input is checked by the signature; a 2-D float array in the signature's order takes a short way.

    Args:
        onnx: bytes of a compiled model.
        signature: the signature of the model that was compiled.

    Raises:
        UnsafeArtifactError: the file could loop, exhaust memory or read other files.
        ModelLoadError: ONNX Runtime cannot load it.
    """

    def __init__(self, onnx: bytes, signature: Signature) -> None:
        import onnxruntime

        self.signature = signature
        self._width = len(signature.inputs)
        self._classes = class_table(signature.classes) if signature.output == "class" else None
        check_onnx(onnx, self._width)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelLoadError("The compiled model cannot be loaded by ONNX Runtime.") from error
        self._output = [self._session.get_outputs()[-1].name]

    def predict(self, X: Table) -> np.ndarray:
        """Return (n_samples,) labels or numbers.

        Raises:
            PredictionError: the input does not fit the signature.
        """
        raw = self._run(X)
        if self._classes is None:
            return raw.reshape(len(raw)).astype(np.float64)
        labels: np.ndarray = self._classes[raw.argmax(axis=1)]
        return labels

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return (n_samples, n_classes) probabilities.

        Raises:
            PredictionError: the input does not fit the signature, or the model gives numbers.
        """
        if self._classes is None:
            raise PredictionError("A model of numbers gives no probabilities.")
        return self._run(X).astype(np.float64)

    def _run(self, X: Table) -> np.ndarray:
        values = self._values(X)
        answer: np.ndarray = self._session.run(self._output, {INPUT: values})[0]
        return answer

    def _values(self, X: Table) -> np.ndarray:
        if (
            isinstance(X, np.ndarray)
            and X.ndim == 2
            and X.shape[1] == self._width
            and X.dtype.kind == "f"
            and len(X)
        ):
            with np.errstate(over="ignore"):
                values = X.astype(np.float32, order="C")
            if np.isfinite(values).all():
                return values
        frame = self.signature.check(X)
        try:
            checked: np.ndarray = frame.to_numpy(dtype=np.float32, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise PredictionError(f"The input must hold numbers only: {error}.") from error
        return np.ascontiguousarray(checked)


def tree_split_points(trees: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return (columns, thresholds) of the splits of scikit-learn trees."""
    columns = np.concatenate([one.tree_.feature for one in trees])
    points = np.concatenate([one.tree_.threshold for one in trees])
    inside = columns >= 0
    return columns[inside], points[inside]
