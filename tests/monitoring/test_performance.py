from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, NotFoundError, ParameterError
from ml_analytics.evaluation import DriftDetector, accuracy_score_interval
from ml_analytics.monitoring import ModelMonitoring, PerformanceMonitor
from ml_analytics.stores import Stores

Log = Callable[..., list[str]]


def test_accuracy_of_the_log_is_the_accuracy_of_the_arrays(stores: Stores, log: Log) -> None:
    random = np.random.default_rng(0)
    outputs, truth = random.integers(0, 2, 200).tolist(), random.integers(0, 2, 200).tolist()
    ids = log(outputs)
    monitoring = ModelMonitoring(stores)
    monitoring.record_outcomes(zip(ids[:180], truth, strict=False))
    report = monitoring.performance("trend", horizon=3)
    assert report.accuracy == accuracy_score_interval(truth[:180], outputs[:180], horizon=3)
    assert (report.n, report.joined, report.without_outcome) == (200, 180, 20)
    assert report.mean_absolute_error is None
    assert report.by_year["year"].tolist() == [2023, 2024]
    assert report.by_year["n"].tolist() == [31, 149]
    pooled = (report.by_year["n"] * report.by_year["value"]).sum() / 180
    assert report.accuracy is not None
    assert pooled == pytest.approx(report.accuracy.value)


def test_numbers_get_the_mean_absolute_error(stores: Stores, log: Log) -> None:
    ids = log([1.5, 2.0, 2.5, 4.0])
    monitoring = ModelMonitoring(stores.documents)
    monitoring.record_outcomes(dict(zip(ids, [1.0, 2.0, 3.0, 3.0], strict=True)))
    report = monitoring.performance("trend")
    assert report.accuracy is None
    assert report.mean_absolute_error is not None
    assert report.mean_absolute_error.value == pytest.approx(0.5)


def test_latency_leaves_out_what_was_not_measured(stores: Stores, log: Log) -> None:
    log([1] * 101, latency_ms=[0.0, *range(1, 101)])
    report = ModelMonitoring(stores).performance("trend")
    assert report.latency_p50_ms == pytest.approx(50.5)
    assert report.latency_p99_ms == pytest.approx(99.01)
    log([1], model_id="quiet")
    assert ModelMonitoring(stores).performance("quiet").latency_p50_ms is None


def test_predictions_without_outcomes_are_counted_not_scored(stores: Stores, log: Log) -> None:
    log([1, 0])
    report = ModelMonitoring(stores).performance("trend")
    assert (report.n, report.joined, report.score) == (2, 0, None)
    assert report.by_year.empty


@pytest.mark.parametrize(("model", "version"), [("nobody", None), ("trend", "9.9.9")])
def test_no_predictions_is_a_clear_error(stores: Stores, log: Log, model: str, version: str | None) -> None:
    log([1])
    monitoring = ModelMonitoring(stores)
    with pytest.raises(NotFoundError, match=f"No predictions of model '{model}'"):
        monitoring.performance(model, version)
    with pytest.raises(NotFoundError, match=f"No predictions of model '{model}'"):
        monitoring.drift(model, pd.DataFrame({"x": [1.0]}), version)


def test_another_tenant_sees_nothing(stores: Stores, log: Log) -> None:
    ids = log([1, 1])
    ModelMonitoring(stores).record_outcomes(dict.fromkeys(ids, 1))
    with pytest.raises(NotFoundError):
        ModelMonitoring(stores, "acme").performance("trend")
    log([1, 1], tenant="acme")
    assert ModelMonitoring(stores, "acme").performance("trend").joined == 0


@pytest.mark.parametrize(
    ("output", "outcome"), [(1, "1"), ("1", 1), ([0.1, 0.9], 1), ({"label": "up"}, "up"), (None, 1)]
)
def test_what_cannot_be_compared_is_an_error_not_a_zero(
    stores: Stores, log: Log, output: object, outcome: object
) -> None:
    (one,) = log([output])
    ModelMonitoring(stores).record_outcomes({one: outcome})
    with pytest.raises(DataProcessingError, match="of model 'trend' must"):
        ModelMonitoring(stores).performance("trend")


def test_drift_reads_the_logged_inputs(stores: Stores, log: Log) -> None:
    random = np.random.default_rng(1)
    reference = pd.DataFrame({"rsi": random.normal(size=300), "queue": random.choice(["a", "b"], 300)})
    inputs = [
        {"rsi": float(one) + 1.0, "queue": "a" if i % 2 else "b"}
        for i, one in enumerate(random.normal(size=200))
    ]
    log([1] * 200, inputs=inputs)
    report = ModelMonitoring(stores).drift("trend", reference)
    assert report.drifted == ("rsi",)
    assert (report.n_reference, report.n_current) == (300, 200)
    early = ModelMonitoring(stores).drift(
        "trend",
        reference,
        time_range={"end": datetime(2023, 12, 21, tzinfo=UTC)},
        detector=DriftDetector(alpha=0.2),
    )
    assert (early.n_current, early.alpha) == (20, 0.2)


def test_a_reference_column_that_was_never_logged_is_named(stores: Stores, log: Log) -> None:
    log([1, 1])
    with pytest.raises(ParameterError, match="the column 'y' of the reference"):
        ModelMonitoring(stores).drift("trend", pd.DataFrame({"x": [1.0], "y": [1.0]}))


def test_the_other_name() -> None:
    assert PerformanceMonitor is ModelMonitoring
