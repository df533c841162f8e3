"""Compiled inference: ONNX where the family has a form and it agrees with the native model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind
from ..core.errors import MLFrameworkError, PredictionError
from ..core.frames import Table
from ..core.signature import FLOAT32_MAX, Signature
from .fastest import CLOCK, Clock, Speed, measure_speed
from .onnx_predictor import WHOLE, OnnxPredictor

if TYPE_CHECKING:
    from .base import BaseModel

TOLERANCE = 1e-4
"""The largest difference allowed: of a probability, or of a number relative to the spread of the numbers."""

MAX_PROBES = 400
"""How many rows are added to a sample by :func:`parity_rows`."""


@dataclass(frozen=True, slots=True)
class CompileResult:
    """``onnx`` is what to serve, or ``None`` for native serving; ``note`` says in words what was found.

    ``parity`` is the largest difference between the two on the rows that were compared, ``speed`` how long both
    take by batch size.
    """

    onnx: bytes | None
    parity: float | None
    note: str
    speed: Speed | None = None


def compile_onnx(model: BaseModel, sample: Table, *, clock: Clock | None = CLOCK) -> CompileResult:
    """Compile a fitted model and compare it with the native one.

    Compared are the rows of ``sample`` and rows made from them in which single columns are set to the split points
    of the trees and their 32-bit neighbours, to the other boolean, or to missing (:func:`parity_rows`). The compiled
    model is taken when every label and whole number is equal and no probability differs by more than 1e-4 (for
    numbers and scores: 1e-4 of their spread on the sample); else the note says why the native model is to be served.
    Both are timed on small and large batches with ``clock`` (:class:`FastestPredictor`); with ``None`` they are not,
    and ``speed`` is ``None``.

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
    try:
        compiled = OnnxPredictor(onnx, model.signature)
        difference, what = _difference(model, compiled, rows)
    except MLFrameworkError as error:
        return CompileResult(None, None, f"Served natively: the compiled model cannot be used: {error}")
    compared = (
        f"{len(rows)} rows, split points and missing values included"
        if len(rows) > len(sample)
        else f"{len(rows)} rows"
    )
    if what:
        note = f"Served natively: {what} from the compiled model on {compared}."
        return CompileResult(None, difference, note)
    speed = None if clock is None else measure_speed(compiled, model, rows[: len(sample)], clock=clock)
    note = f"Compiled to ONNX: equal to the native model on {compared}."
    if speed is not None and speed.native_from is not None:
        note += f" Batches of {speed.native_from} rows and more are answered natively, which is faster there."
    return CompileResult(onnx, difference, note, speed)


def _difference(model: BaseModel, compiled: OnnxPredictor, rows: pd.DataFrame) -> tuple[float, str]:
    """Return the largest difference on ``rows`` and, where they do not agree, what differs."""
    native, answer = model.predict(rows), compiled.predict(rows)
    if model.task == "classification":
        difference = float(np.abs(model.predict_proba(rows) - compiled.predict_proba(rows)).max())
        differ = "labels differ"
    elif compiled.signature.output in WHOLE:
        scored = compiled.has_scores and hasattr(model, "score_samples")
        difference = _apart(model.score_samples(rows), compiled.score_samples(rows)) if scored else 0.0
        differ = "answers differ"
    else:
        difference, differ = _apart(native, answer), ""
    if differ and not (native == answer).all():
        return difference, differ
    return difference, "" if difference <= TOLERANCE else f"answers differ by {difference:.2g}"


def _apart(native: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference of two columns of numbers, in spreads of the first."""
    spread = max(float(np.ptp(native)), float(np.abs(native).max()) * 1e-3, 1e-12)
    return float(np.abs(native - other).max() / spread)


def parity_rows(model: BaseModel, sample: Table) -> pd.DataFrame:
    """Return the sample and rows made from it where the two models could part.

    Each added row is a row of the sample with one column changed: a number to a split point as a 32-bit float, or
    to the float just above or below, where rounding would show; true to false; and, where training saw missing
    values, a value to none.
    """
    assert model.signature is not None  # noqa: S101 - compile_onnx has checked
    frame = model._checked(sample).reset_index(drop=True)
    generator = np.random.default_rng(0)
    added = [*_at_splits(model, frame, generator), *_changed(model.signature, frame, generator)]
    return pd.concat([frame, *added], ignore_index=True) if added else frame


def _at_splits(
    model: BaseModel, frame: pd.DataFrame, generator: np.random.Generator
) -> Iterator[pd.DataFrame]:
    """Yield rows that stand on split points, and just beside them."""
    columns, points = model._split_points()
    # A split on "missing or not" stands at infinity; no number lies there. Booleans are changed elsewhere.
    assert model.signature is not None  # noqa: S101 - compile_onnx has checked
    numbers = np.array([one.kind is ColumnKind.NUMBER for one in model.signature.inputs])
    usable = (np.abs(points) < FLOAT32_MAX / 2) & numbers[columns]
    columns, points = columns[usable], points[usable]
    if not len(columns):
        return
    chosen = generator.choice(len(columns), size=min(MAX_PROBES // 3, len(columns)), replace=False)
    near = points[chosen].astype(np.float32)
    values = np.concatenate(
        [near, np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))]
    ).astype(np.float64)
    where = np.tile(columns[chosen], 3)
    probes = frame.iloc[generator.integers(0, len(frame), len(where))].reset_index(drop=True)
    for column in np.unique(where):
        here = where == column
        kept = probes.iloc[:, column].to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
        kept[here] = values[here]
        probes = probes.assign(**{probes.columns[column]: kept})
    yield probes


def _changed(
    signature: Signature, frame: pd.DataFrame, generator: np.random.Generator
) -> Iterator[pd.DataFrame]:
    """Yield, for each column it applies to, rows with its booleans turned and rows with its values missing."""
    fields = [one for one in signature.inputs if one.nullable or one.kind is ColumnKind.BOOLEAN]
    rows = max(1, MAX_PROBES // (2 * max(len(fields), 1)))
    for one in fields[:MAX_PROBES]:
        probes = frame.iloc[generator.integers(0, len(frame), rows)]
        column = probes[one.name]
        if one.kind is ColumnKind.BOOLEAN:
            yield probes.assign(**{one.name: ~column.astype("boolean")})
        if one.nullable:
            wide = column.astype("boolean") if one.kind is ColumnKind.BOOLEAN else column
            yield probes.assign(**{one.name: wide.where(np.zeros(len(column), dtype=bool))})


def tree_split_points(trees: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return (columns, thresholds) of the splits of scikit-learn trees."""
    columns = np.concatenate([one.tree_.feature for one in trees])
    points = np.concatenate([one.tree_.threshold for one in trees])
    inside = columns >= 0
    return columns[inside], points[inside]
