"""A candidate that passes everything, to take one thing away from."""

from __future__ import annotations

import pytest

from ml_analytics.core.values import FeatureVerdict, LeakCertificate, Score
from ml_analytics.evaluation import Evidence


@pytest.fixture(scope="session")
def good() -> Evidence:
    """Evidence that every check accepts."""
    return Evidence(
        metrics={"accuracy": 0.54, "f1": 0.5, "log_loss": 0.68},
        advantage=Score("advantage", 0.03, 0.01, 0.05, n=900),
        baseline="always up",
        production_metrics={"accuracy": 0.53, "f1": 0.5, "log_loss": 0.69},
        certificate=LeakCertificate((FeatureVerdict("rsi_14", True),), bars=500),
        parity=1e-6,
        compiled=True,
        latency_ms=0.4,
        drift_share=0.1,
        integrity=True,
    )
