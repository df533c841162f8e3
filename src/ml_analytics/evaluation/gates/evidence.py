"""What a candidate brings to the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core.values import LeakCertificate, Score


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the checks may ask for; what is absent stays ``None`` and fails the check that needs it.

    Attributes:
        metrics: figures of the candidate on held-out data, by name.
        primary: the name of the metric that decides between versions.
        scores: the same figures with intervals, where there are any.
        advantage: the paired difference to the baseline (:func:`~ml_analytics.evaluation.advantage`).
        baseline: the name of that baseline.
        production_metrics: the figures of the version in production; ``None`` says there is no such version.
        certificate: the leak certificate of the candidate's features.
        features: names of the columns the candidate takes; each must stand in the certificate.
        parity: largest absolute difference between the compiled model's answers and the original's.
        compiled: whether a compiled model (ONNX) will serve.
        compiled_note: why it is served natively, when it is.
        latency_ms: 99th percentile of one-row prediction, in milliseconds.
        drift_share: share of features that drifted between training and validation data.
        trials: models tried before this one was picked.
        integrity: the stored bytes were read back and have the digest they were written with.

    >>> Evidence(metrics={"accuracy": 0.54}).primary
    'accuracy'
    """

    metrics: Mapping[str, float]
    primary: str = "accuracy"
    scores: Mapping[str, Score] = field(default_factory=dict)
    advantage: Score | None = None
    baseline: str = ""
    production_metrics: Mapping[str, float] | None = None
    certificate: LeakCertificate | None = None
    features: tuple[str, ...] = ()
    parity: float | None = None
    compiled: bool = False
    compiled_note: str = ""
    latency_ms: float | None = None
    drift_share: float | None = None
    trials: int = 1
    integrity: bool = False
