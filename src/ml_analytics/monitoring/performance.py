"""Live performance and drift of one tenant's models, read from the prediction log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..core.clock import TimeRange
from ..core.errors import DataProcessingError, NotFoundError
from ..core.frames import Table
from ..core.protocols import DocumentStore
from ..core.tenant import Tenant
from ..core.values import Score
from ..evaluation import DriftDetector, DriftReport, accuracy_score_interval, bootstrap_score
from ..evaluation.blocks import choose_block_length, optimal_block_length
from .outcomes import joined, logged, record_outcomes
from .report import PerformanceReport

_Range = TimeRange | dict[str, Any] | None


class HasDocuments(Protocol):
    """Anything with a document store, such as ``stores.Stores``."""

    @property
    def documents(self) -> DocumentStore:
        """The document store."""
        ...


class ModelMonitoring:
    """How the models of one tenant do: accuracy as outcomes arrive, latency, drift of the inputs.

    It reads the prediction log and nothing else; whoever serves writes there. Safe to share between threads.

    Args:
        documents: a document store, or the stores that have one.
        tenant_id: whose models; ``None`` is the default tenant.

    Raises:
        ParameterError: the tenant is no identifier.

    >>> import tempfile
    >>> from datetime import UTC, datetime, timedelta
    >>> from ml_analytics.core.values import PREDICTIONS, Prediction
    >>> from ml_analytics.stores import open_stores
    >>> with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
    ...     log = stores.documents.collection(Tenant(), PREDICTIONS)
    ...     days = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=i) for i in range(20)]
    ...     asked = [Prediction(str(i), "trend", "1.0.0", day, {"x": i}, 1) for i, day in enumerate(days)]
    ...     _ = log.insert_new(one.to_document() for one in asked)
    ...     monitoring = ModelMonitoring(stores)
    ...     _ = monitoring.record_outcomes({str(i): i % 2 for i in range(10)})
    ...     report = monitoring.performance("trend")
    >>> report.joined, report.without_outcome, report.accuracy.value
    (10, 10, 0.5)
    """

    def __init__(
        self, documents: DocumentStore | HasDocuments, tenant_id: Tenant | str | None = None
    ) -> None:
        found: Any = getattr(documents, "documents", documents)
        self._documents: DocumentStore = found
        self._tenant = Tenant.of(tenant_id)

    def record_outcomes(
        self, outcomes: Mapping[str, Any] | Iterable[tuple[str, Any]], time: datetime | None = None
    ) -> int:
        """Record what happened (see :func:`~ml_analytics.monitoring.record_outcomes`)."""
        return record_outcomes(self._documents, self._tenant, outcomes, time)

    def performance(
        self, model_id: str, version: str | None = None, time_range: _Range = None, horizon: int = 1
    ) -> PerformanceReport:
        """Return how a model did over the predictions of ``time_range``.

        The interval comes from a block bootstrap in time order, because neighbouring outcomes depend on each
        other. When outcomes and outputs are both numbers and any of them is fractional, the target is taken as
        numeric and the mean absolute error is reported; otherwise the accuracy.

        Args:
            model_id: the model.
            version: one version, or ``None`` for all.
            time_range: [start, end) of the predictions' event time.
            horizon: bars that an outcome spans (blocks are at least three times as long).

        Raises:
            NotFoundError: no prediction of that model and version in that range for this tenant.
            DataProcessingError: outputs and outcomes cannot be compared (text against numbers, lists).
            ParameterError: ``horizon`` below 1, or no time range.
        """
        frame = joined(self._documents, self._tenant, model_id, version, time_range, how="left")
        if frame.empty:
            raise self._none(model_id, version)
        known = frame[frame["outcome_time"].notna()]
        output, outcome = _comparable(known, model_id)
        numeric = _is_numeric(output) and _is_numeric(outcome) and _fractional(output, outcome)
        score = _score(output, outcome, horizon, numeric=numeric) if len(known) else None
        latency = frame["latency_ms"].to_numpy(dtype=np.float64)
        latency = latency[latency > 0.0]  # 0 is what a prediction without a measured latency carries
        p50, p99 = np.quantile(latency, [0.5, 0.99]) if latency.size else (None, None)
        return PerformanceReport(
            model_id=model_id,
            version=version,
            n=len(frame),
            joined=len(known),
            accuracy=None if numeric else score,
            mean_absolute_error=score if numeric else None,
            by_year=_by_year(known["time"].dt.year.to_numpy(), output, outcome, horizon, numeric=numeric),
            latency_p50_ms=None if p50 is None else float(p50),
            latency_p99_ms=None if p99 is None else float(p99),
            horizon=horizon,
        )

    def drift(
        self,
        model_id: str,
        reference: Table,
        version: str | None = None,
        time_range: _Range = None,
        detector: DriftDetector | None = None,
    ) -> DriftReport:
        """Return how the logged inputs differ from ``reference``, the features that the model was trained on.

        Args:
            model_id: the model.
            reference: training features, a table.
            version: one version, or ``None`` for all.
            time_range: [start, end) of the predictions' event time.
            detector: how to test; :class:`~ml_analytics.evaluation.DriftDetector` with its defaults when not
                given. It is fitted on ``reference`` here.

        Raises:
            NotFoundError: no prediction of that model and version in that range for this tenant.
            ParameterError: the reference is no table, or has a column that was never logged.
        """
        inputs = [
            dict(one.inputs) for one in logged(self._documents, self._tenant, model_id, version, time_range)
        ]
        if not inputs:
            raise self._none(model_id, version)
        return (detector or DriftDetector()).fit(reference).detect(pd.DataFrame(inputs))

    def _none(self, model_id: str, version: str | None) -> NotFoundError:
        of = f" version '{version}'" if version is not None else ""
        return NotFoundError(f"No predictions of model '{model_id}'{of} were logged in that time range.")


def _comparable(known: pd.DataFrame, model_id: str) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and outcomes as arrays of one kind: both text or both numbers."""
    arrays = []
    for name in ("output", "outcome"):
        values = known[name].tolist()
        wrong = next((one for one in values if not isinstance(one, (bool, int, float, str))), None)
        if wrong is not None or any(one is None for one in values):
            raise DataProcessingError(
                f"The {name}s of model '{model_id}' must be numbers, text or booleans. Got {wrong!r} instead."
            )
        arrays.append(values)
    output, outcome = arrays
    kinds = {isinstance(one, str) for one in [*output, *outcome]}
    if len(kinds) > 1:
        raise DataProcessingError(
            f"The outputs and outcomes of model '{model_id}' must both be text or both numbers. "
            f"Got output {output[0]!r} and outcome {outcome[0]!r}."
        )
    return np.asarray(output), np.asarray(outcome)


def _is_numeric(values: np.ndarray) -> bool:
    return values.dtype.kind in "iuf"


def _fractional(*arrays: np.ndarray) -> bool:
    return any(bool((one != np.round(one)).any()) for one in arrays)


def _score(output: np.ndarray, outcome: np.ndarray, horizon: int, *, numeric: bool) -> Score:
    if not numeric:
        return accuracy_score_interval(outcome, output, horizon)
    error = np.abs(output.astype(np.float64) - outcome)
    length = choose_block_length(optimal_block_length(error), error.size, horizon)
    return bootstrap_score("mean absolute error", np.mean, error, block_length=length)


def _by_year(
    years: np.ndarray, output: np.ndarray, outcome: np.ndarray, horizon: int, *, numeric: bool
) -> pd.DataFrame:
    rows = []
    for year in np.unique(years):
        inside = years == year
        score = _score(output[inside], outcome[inside], horizon, numeric=numeric)
        rows.append((int(year), score.n, score.value, score.low, score.high))
    return pd.DataFrame(rows, columns=["year", "n", "value", "low", "high"])
