"""Native or compiled: which answers faster, measured once by batch size and kept.

A compiled model has next to no fixed cost, so it wins for one row; for thousands of rows a native library may be
faster. Both were measured when the model was compiled; the rest is one comparison of numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.frames import Table
from .onnx_predictor import OnnxPredictor

if TYPE_CHECKING:
    from .base import BaseModel

SIZES = (1, 16, 256, 4096, 65536)
"""Batch sizes that are measured; beyond the last, the faster one there is taken to stay so."""

REPEATS = 5
"""How often each is measured at most; the shortest time counts."""

LONGEST = 0.05
"""Seconds that are spent on one size; when one call takes longer, larger sizes are not measured."""

MARGIN = 1.05
"""How many times faster the native model must be to be worth a second model in memory."""

Clock = Callable[[], float]

CLOCK: Clock = (
    time.process_time if time.get_clock_info("process_time").resolution < 1e-6 else time.perf_counter
)
"""Time on the processor, which a busy machine does not stretch; where that is counted coarsely, on the clock."""


@dataclass(frozen=True, slots=True)
class Speed:
    """``measured`` holds (rows, seconds compiled, seconds native); ``native_from`` the rows from which native wins.

    >>> Speed(((1, 1.0, 9.0), (101, 101.0, 19.0))).native_from
    11
    """

    measured: tuple[tuple[int, float, float], ...]

    @property
    def native_from(self) -> int | None:
        """The smallest batch for which the native model is faster, as for all larger ones; ``None`` if none is.

        Between two measured sizes both costs are taken as straight lines.
        """
        gains = [compiled - native * MARGIN for _, compiled, native in self.measured]
        if not gains or gains[-1] <= 0:
            return None
        last_loss = max((at for at, gain in enumerate(gains) if gain <= 0), default=-1)
        if last_loss < 0:
            return 1
        (low, *_), (high, *_) = self.measured[last_loss : last_loss + 2]
        share = -gains[last_loss] / (gains[last_loss + 1] - gains[last_loss])
        return low + int(np.ceil(share * (high - low)))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"native_from": self.native_from, "measured": [list(one) for one in self.measured]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Speed:
        """Read what :meth:`to_json` wrote."""
        return cls(tuple((int(rows), float(one), float(two)) for rows, one, two in value["measured"]))


def measure_speed(
    compiled: OnnxPredictor,
    native: BaseModel,
    sample: pd.DataFrame,
    *,
    sizes: Sequence[int] = SIZES,
    clock: Clock = CLOCK,
) -> Speed:
    """Time both on batches made of the rows of ``sample``, by the calls that serving makes."""
    one, other = _question(compiled), _question(native)
    measured: list[tuple[int, float, float]] = []
    for size in sizes:
        rows = sample.iloc[np.arange(size) % len(sample)].reset_index(drop=True)
        fastest = tuple(_shortest(ask, rows, clock) for ask in (one, other))
        measured.append((size, *fastest))  # type: ignore[arg-type]
        if max(fastest) > LONGEST:
            break
    return Speed(tuple(measured))


def _question(model: Any) -> Callable[[Table], Any]:
    """Return what serving asks a model: probabilities of classifiers, else predictions."""
    ask: Callable[[Table], Any] = model.predict_proba if model.signature.output == "class" else model.predict
    return ask


def _shortest(ask: Callable[[Table], Any], rows: pd.DataFrame, clock: Clock) -> float:
    best, spent = float("inf"), 0.0
    for _ in range(REPEATS):
        started = clock()
        ask(rows)
        taken = clock() - started
        best, spent = min(best, taken), spent + taken
        if spent > LONGEST:
            break
    return best


class FastestPredictor:
    """Answers small batches from the compiled model and large ones from the native one.

    Both agree within the tolerance of compilation, so the size of a batch may change the last digits of an answer,
    never more. Safe to share between threads.

    Args:
        compiled: the compiled model.
        native: the model it was compiled from.
        native_from: the number of rows from which the native model is asked.

    >>> from ml_analytics.models import ModelFactory, compile_onnx
    >>> X = np.arange(40.0).reshape(20, 2)
    >>> model = ModelFactory.create("xgboost", n_estimators=5).fit(X, np.arange(20) > 9)
    >>> compiled = OnnxPredictor(compile_onnx(model, X).onnx, model.signature)
    >>> FastestPredictor(compiled, model, native_from=10).predict(X[:2])
    array([False, False])
    """

    def __init__(self, compiled: OnnxPredictor, native: BaseModel, native_from: int) -> None:
        self.signature = compiled.signature
        self.native_from = native_from
        self._compiled = compiled
        self._native = native

    def predict(self, X: Table) -> np.ndarray:
        """Return (n_samples,) labels, numbers, or whole numbers of clusters and anomalies."""
        answer: np.ndarray = (
            self._native.predict(self._framed(X)) if self._is_large(X) else self._compiled.predict(X)
        )
        return answer

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return (n_samples, n_classes) probabilities of a classifier."""
        answer: np.ndarray = (
            self._native.predict_proba(self._framed(X))
            if self._is_large(X)
            else self._compiled.predict_proba(X)
        )
        return answer

    def score_samples(self, X: Table) -> np.ndarray:
        """Return (n_samples,) scores of a model of anomalies: the lower, the less like the rest."""
        if self._compiled.has_scores and not self._is_large(X):
            return self._compiled.score_samples(X)
        answer: np.ndarray = self._native.score_samples(self._framed(X))
        return answer

    def _is_large(self, X: Table) -> bool:
        try:
            return len(X) >= self.native_from
        except TypeError:  # the signature finds the words for it
            return False

    def _framed(self, X: Table) -> Table:
        """Return an array as a frame over the same memory: models read their input and never write to it."""
        if isinstance(X, np.ndarray) and X.ndim == 2 and X.shape[1] == len(self.signature.inputs):
            return pd.DataFrame(X, columns=list(self.signature.names), copy=False)
        return X
