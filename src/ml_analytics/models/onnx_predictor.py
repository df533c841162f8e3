"""Answers from a compiled model alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind
from ..core.errors import ModelLoadError, PredictionError
from ..core.frames import Table
from ..core.signature import FLOAT32_MAX, finite_in_32_bits
from .labels import class_table
from .onnx_convert import INPUT
from .onnx_guard import check_onnx

if TYPE_CHECKING:
    from ..core.signature import Signature

WHOLE = frozenset({"anomaly", "cluster", "regime"})
"""Outputs of a signature that are whole numbers without probabilities."""


class OnnxPredictor:
    """Answers from ONNX alone: no scikit-learn, one thread, safe to share between threads.

    Input is checked by the signature. A 2-D float array, or a frame of floats in the signature's order, takes a
    short way: one pass over the numbers and one conversion to 32 bits. Images and windows (arrays of three or
    four dimensions) are taken as their models take them.

    The last output of the graph is probabilities or numbers. For anomalies, clusters and regimes the whole
    numbers are the answer, and an output named ``scores`` is what ``score_samples`` gives.

    Args:
        onnx: bytes of a compiled model.
        signature: the signature of the model that was compiled.

    Raises:
        UnsafeArtifactError: the file could loop, exhaust memory or read other files.
        ModelLoadError: ONNX Runtime cannot load it.
    """

    def __init__(self, onnx: bytes, signature: Signature) -> None:
        self.signature = signature
        self._width = len(signature.inputs)
        self._classes = class_table(signature.classes) if signature.output == "class" else None
        self._all_numbers = all(one.kind is ColumnKind.NUMBER for one in signature.inputs)
        self._may_miss = np.array([one.nullable for one in signature.inputs], dtype=bool)
        check_onnx(onnx, self._width)
        self._session = open_session(onnx)
        outputs = self._session.get_outputs()
        whole = [one.name for one in outputs if one.type == "tensor(int64)"]
        self._output = [whole[0] if signature.output in WHOLE and whole else outputs[-1].name]
        self._scores = [one.name for one in outputs if one.name == "scores" and signature.output == "anomaly"]

    def predict(self, X: Table) -> np.ndarray:
        """Return (n_samples,) labels, numbers, or whole numbers of clusters, regimes and anomalies.

        Raises:
            PredictionError: the input does not fit the signature.
        """
        raw = self._run(X)
        if self._classes is not None:
            labels: np.ndarray = self._classes[raw.argmax(axis=1)]
            return labels
        return raw.reshape(len(raw)).astype(np.int64 if self.signature.output in WHOLE else np.float64)

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return (n_samples, n_classes) probabilities.

        Raises:
            PredictionError: the input does not fit the signature, or the model is not a classifier.
        """
        if self._classes is None:
            raise PredictionError("A model of numbers gives no probabilities.")
        return self._run(X).astype(np.float64)

    def score_samples(self, X: Table) -> np.ndarray:
        """Return (n_samples,) scores of a model of anomalies: the lower, the less like the rest.

        Raises:
            PredictionError: the input does not fit the signature, or the compiled model has no scores.
        """
        if not self._scores:
            raise PredictionError("This compiled model gives no scores.")
        scores: np.ndarray = self._session.run(self._scores, {INPUT: self._values(X)})[0]
        return scores.reshape(len(scores)).astype(np.float64)

    @property
    def has_scores(self) -> bool:
        """Whether :meth:`score_samples` has an answer."""
        return bool(self._scores)

    def _run(self, X: Table) -> np.ndarray:
        answer: np.ndarray = self._session.run(self._output, {INPUT: self._values(X)})[0]
        return answer

    def _values(self, X: Table) -> np.ndarray:
        """Return the input as float32 (n_samples, n_features), C order, checked."""
        if isinstance(X, np.ndarray) and X.ndim > 2:  # images and windows: one row of the signature each
            X = X.reshape(len(X), -1)
        plain = self._plain(X)
        if plain is not None and self._fits(plain):
            return plain.astype(np.float32, order="C", copy=False)
        frame = self.signature.check(X)
        try:
            checked: np.ndarray = frame.to_numpy(dtype=np.float32, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise PredictionError(f"The input must hold numbers only: {error}.") from error
        return np.ascontiguousarray(checked)

    def _plain(self, X: Table) -> np.ndarray | None:
        """Return the numbers of an input that needs no sorting and no conversion, without copying them."""
        if type(X) is pd.DataFrame and self._all_numbers and tuple(X.columns) == self.signature.names:
            X = X.to_numpy()
        if isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind == "f":
            return X if X.shape[1] == self._width and len(X) else None
        return None

    def _fits(self, values: np.ndarray) -> bool:
        """Say whether every number is finite in 32 bits, or missing where it may be."""
        if finite_in_32_bits(values):
            return True
        missing = np.isnan(values)
        if (missing.any(axis=0) & ~self._may_miss).any():
            return False
        return not (np.abs(values) > FLOAT32_MAX).any()


def open_session(onnx: bytes) -> Any:
    """Return an ONNX Runtime session of one thread.

    Raises:
        ModelLoadError: ONNX Runtime cannot load it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelLoadError("The compiled model cannot be loaded by ONNX Runtime.") from error
