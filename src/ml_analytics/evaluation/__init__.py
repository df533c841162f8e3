"""Pure metrics with intervals, baselines, drift and the promotion gate. May import ``core``."""

from .baselines import always_up, baseline_table, majority, same_as_yesterday
from .gates import (
    BeatsBaseline,
    Check,
    CheckResult,
    DriftShareCheck,
    Evidence,
    Gate,
    GateDecision,
    IntegrityCheck,
    LatencyCheck,
    LeakCheck,
    MetricThreshold,
    NotWorseThanProduction,
    ParityCheck,
    PlausibleScore,
    basic_gate,
    market_gate,
    table_gate,
)
from .intervals import accuracy_score_interval, advantage, bootstrap_score, proportion_interval
from .metrics import classification_metrics, regression_metrics

__all__ = [
    "BeatsBaseline",
    "Check",
    "CheckResult",
    "DriftShareCheck",
    "Evidence",
    "Gate",
    "GateDecision",
    "IntegrityCheck",
    "LatencyCheck",
    "LeakCheck",
    "MetricThreshold",
    "NotWorseThanProduction",
    "ParityCheck",
    "PlausibleScore",
    "accuracy_score_interval",
    "advantage",
    "always_up",
    "baseline_table",
    "basic_gate",
    "bootstrap_score",
    "classification_metrics",
    "majority",
    "market_gate",
    "proportion_interval",
    "regression_metrics",
    "same_as_yesterday",
    "table_gate",
]
