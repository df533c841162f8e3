"""Predictions: checked against the signature, computed, logged durably, then returned."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from ..core.canonical import fingerprint, plain
from ..core.clock import Clock, SystemClock
from ..core.errors import ConflictError, ParameterError, PredictionError, TenantError
from ..core.frames import Table, to_pandas
from ..core.protocols import Cache, Collection
from ..core.tenant import Tenant
from ..core.values import PREDICTIONS, Prediction
from ..models import BaseModel
from .loaded import LoadedModel
from .manager import ModelManager


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered to a table of rows, and under which ids the log keeps it."""

    model_id: str
    version: str
    predictions: np.ndarray
    probabilities: np.ndarray | None
    classes: tuple[Any, ...]
    prediction_ids: tuple[str, ...]
    latency_ms: float


class Predictor:
    """Answers for the models of one tenant; every answer is in the prediction log before it is returned.

    The one exception is a model object that is not registered: it has no name to be logged under.

    Args:
        model_manager: where models come from; its tenant is the scope.
        cache: keeps answers for equal input; ``None`` uses the stores' own. Keys carry tenant, version and
            artifact hash, so neither another tenant nor another version can be answered from it.
        tenant_id: checked against the manager's tenant.
        log: keep predictions in the log (the default); ``False`` for dry runs.
    """

    def __init__(
        self,
        model_manager: ModelManager,
        cache: Cache | None = None,
        tenant_id: str | Tenant | None = None,
        *,
        log: bool = True,
        clock: Clock | None = None,
    ) -> None:
        if tenant_id is not None and Tenant.of(tenant_id) != model_manager.tenant:
            raise TenantError(
                "The 'tenant_id' parameter of Predictor must be the tenant of its model manager."
            )
        self.manager = model_manager
        self.tenant = model_manager.tenant
        self._cache = cache if cache is not None else model_manager.stores.cache
        self._log = log
        self._clock = clock or SystemClock()

    def predict(
        self, model: Any, input_data: Any, *, version: str | None = None, use_cache: bool = True
    ) -> Any:
        """Return the prediction of one row (a scalar) or of a table (an array).

        Args:
            model: a model id, a model from ``ModelManager.load_model``, or a fitted :class:`BaseModel`.
            input_data: one row (a mapping, a 1-D array) or a table.
            version: with a model id: which version, else the one that is served.
            use_cache: answer equal input from the cache; it is logged all the same.

        Raises:
            PredictionError: the input does not fit the model's signature.
        """
        rows, single = one_row_or_table(input_data)
        predictions = self._answer(model, rows, version, use_cache).predictions
        return _scalar(predictions[0]) if single else predictions

    def predict_proba(self, model: Any, input_data: Any, *, version: str | None = None) -> np.ndarray:
        """Return class probabilities (n, n_classes), or (n_classes,) for one row."""
        rows, single = one_row_or_table(input_data)
        probabilities = self._answer(model, rows, version, use_cache=True).probabilities
        if probabilities is None:
            raise PredictionError("The model has no probabilities: it is not a classifier.")
        return np.asarray(probabilities[0] if single else probabilities)

    def predict_batch(
        self, model: Any, input_batch: Any, batch_size: int = 32, *, version: str | None = None
    ) -> list[Any]:
        """Return one prediction per row of a table or of a list of rows, ``batch_size`` rows at a time."""
        if batch_size < 1:
            raise ParameterError.of("batch_size", "predict_batch", "a positive number of rows", batch_size)
        rows = _stack(input_batch)
        result: list[Any] = []
        for start in range(0, len(rows), batch_size):
            part = (
                rows.iloc[start : start + batch_size]
                if isinstance(rows, pd.DataFrame)
                else rows[start : start + batch_size]
            )
            result.extend(
                _scalar(one) for one in self._answer(model, part, version, use_cache=False).predictions
            )
        return result

    def answer(
        self,
        model_id: str,
        table: Table,
        version: str | None = None,
        *,
        ids: Sequence[str] | None = None,
        times: Sequence[datetime] | None = None,
        entity: str | None = None,
        use_cache: bool = False,
    ) -> Answer:
        """Answer a table and log it; ``ids`` and ``times`` name the rows in the log, one each.

        Raises:
            ModelNotFoundError: no such model or version for this tenant.
            PredictionError: the input does not fit the signature.
            StoreError: the log cannot be written; then there is no answer either.
        """
        model = self.manager.load_model(model_id, version)
        return self._respond(model, table, use_cache, ids, times, entity)

    # -- inside ------------------------------------------------------------------------------------------

    def _answer(self, model: Any, rows: Table, version: str | None, use_cache: bool) -> Answer:
        if isinstance(model, str):
            model = self.manager.load_model(model, version)
        if isinstance(model, LoadedModel):
            return self._respond(model, rows, use_cache)
        if isinstance(model, BaseModel):
            return self._unregistered(model, rows)
        raise ParameterError.of("model", "predict", "a model id or a loaded model", type(model).__name__)

    def _unregistered(self, model: BaseModel, rows: Table) -> Answer:
        if model.signature is None:
            raise PredictionError("The model must be fitted before it can predict.")
        loaded = LoadedModel(
            model.model_type, "0.0.0", model.model_type, model.signature, model, "native", "", 0
        )
        values, probabilities = loaded.answer(model.signature.check(rows))
        return Answer(loaded.model_id, loaded.version, values, probabilities, loaded.classes, (), 0.0)

    def _respond(
        self,
        model: LoadedModel,
        table: Table,
        use_cache: bool,
        ids: Sequence[str] | None = None,
        times: Sequence[datetime] | None = None,
        entity: str | None = None,
    ) -> Answer:
        started = time.perf_counter()
        rows = model.signature.check(table)
        names = _row_names(ids, len(rows))
        values, probabilities = self._cached(model, rows) if use_cache else model.answer(rows)
        latency = (time.perf_counter() - started) * 1e3
        if self._log:
            moments = list(times) if times is not None else [self._clock.now()] * len(rows)
            if len(moments) != len(rows):
                raise ParameterError.of("times", "answer", f"one time per row ({len(rows)})", len(moments))
            asked = ("model_id", "version", "inputs", *(("time",) if times is not None else ()))
            self._write(model, rows, values, probabilities, names, moments, entity, latency, asked)
        return Answer(model.model_id, model.version, values, probabilities, model.classes, names, latency)

    def _cached(self, model: LoadedModel, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray | None]:
        identity = (model.model_id, model.version, model.digest, rows.to_dict(orient="split", index=False))
        try:
            key = fingerprint(identity)
        except ParameterError:  # values without a JSON form (times): not worth a cache
            return model.answer(rows)

        def compute() -> bytes:
            values, probabilities = model.answer(rows)
            return json.dumps([plain(values), plain(probabilities)]).encode()

        kept_values, kept = json.loads(self._cache.get_or_compute(self.tenant, f"predict:{key}", compute))
        labels = np.asarray(kept_values, dtype=object if isinstance(kept_values[0], str) else None)
        return labels, np.asarray(kept) if kept is not None else None

    def _write(
        self,
        model: LoadedModel,
        rows: pd.DataFrame,
        values: np.ndarray,
        probabilities: np.ndarray | None,
        names: tuple[str, ...],
        moments: list[datetime],
        entity: str | None,
        latency: float,
        asked: tuple[str, ...],
    ) -> None:
        inputs = _as_mappings(rows)
        documents = [
            Prediction(
                id=names[i],
                model_id=model.model_id,
                version=model.version,
                time=moments[i],
                inputs=inputs[i],
                output=_scalar(values[i]),
                probabilities=_named(model.classes, probabilities, i),
                latency_ms=latency,
                entity=entity,
            ).to_document()
            for i in range(len(rows))
        ]
        log = self.manager.stores.documents.collection(self.tenant, PREDICTIONS)
        if log.insert_new(documents) < len(documents):
            _require_replay(log, documents, asked)


def one_row_or_table(input_data: Any) -> tuple[Any, bool]:
    """Return the input as a table and whether it was one row (a mapping of scalars, a Series, a 1-D array)."""
    if isinstance(input_data, dict):
        return to_pandas(input_data, "input_data", "predict"), not _has_columns(input_data)
    if isinstance(input_data, pd.Series):
        return input_data.to_frame().T.infer_objects(), True
    if isinstance(input_data, np.ndarray) and input_data.ndim == 1:
        return [list(input_data)] if input_data.dtype == object else input_data.reshape(1, -1), True
    if isinstance(input_data, (list, tuple)) and input_data:
        if isinstance(input_data[0], pd.Series):
            return _stack(input_data), False
        if not isinstance(input_data[0], (dict, list, tuple, np.ndarray)):
            return [list(input_data)], True
    return input_data, False


def _has_columns(row: dict[str, Any]) -> bool:
    return any(isinstance(value, (list, tuple, np.ndarray, pd.Series)) for value in row.values())


def _stack(batch: Any) -> Any:
    if isinstance(batch, (list, tuple)) and batch and isinstance(batch[0], (pd.Series, pd.DataFrame, dict)):
        return pd.concat([to_pandas(one_row_or_table(row)[0]) for row in batch], ignore_index=True)
    # Rows without names stay as they are: the signature names them by their place.
    return (
        batch
        if isinstance(batch, (np.ndarray, list, tuple))
        else to_pandas(batch, "input_batch", "predict_batch")
    )


def _row_names(ids: Sequence[str] | None, rows: int) -> tuple[str, ...]:
    if ids is None:
        return tuple(uuid4().hex for _ in range(rows))
    if len(ids) != rows or len(set(ids)) != rows:
        raise ParameterError.of("ids", "answer", f"one unique id per row ({rows})", list(ids)[:3])
    return tuple(ids)


def _named(classes: tuple[Any, ...], probabilities: np.ndarray | None, row: int) -> dict[str, float] | None:
    if probabilities is None:
        return None
    return {str(label): float(value) for label, value in zip(classes, probabilities[row], strict=True)}


def _as_mappings(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain mappings, missing values as ``None``."""
    names = list(map(str, rows.columns))
    if all(isinstance(one, np.dtype) and one.kind == "f" for one in set(rows.dtypes)):
        values = rows.to_numpy(dtype=np.float64)
        if not np.isnan(values).any():
            return [dict(zip(names, row, strict=True)) for row in values.tolist()]
    table = rows.astype(object).where(rows.notna(), None).to_numpy()
    return [dict(zip(names, map(_scalar, row), strict=True)) for row in table]


def _require_replay(log: Collection, documents: list[dict[str, Any]], asked: tuple[str, ...]) -> None:
    """Accept an id that was logged before only for the same question (the fields ``asked``)."""
    for new in documents:
        kept = log.get(new["_id"])
        if kept is None or any(kept[name] != new[name] for name in asked):
            raise ConflictError(f"The prediction id '{new['_id']}' is in the log with another input.")


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
