"""Each check: what passes, what fails, and that the sentence says the number and the bound."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.values import FeatureVerdict, LeakCertificate, Score
from ml_analytics.evaluation import (
    BeatsBaseline,
    Check,
    DriftShareCheck,
    Evidence,
    IntegrityCheck,
    LatencyCheck,
    LeakCheck,
    MetricThreshold,
    NotWorseThanProduction,
    ParityCheck,
    PlausibleScore,
)

NAN = float("nan")
LEAKING = LeakCertificate((FeatureVerdict("a", True), FeatureVerdict("b", False)), bars=10)
EVERY: list[Check] = [
    BeatsBaseline(),
    DriftShareCheck(),
    IntegrityCheck(),
    LatencyCheck(),
    LeakCheck(),
    MetricThreshold("f1", 0.4),
    NotWorseThanProduction(),
    ParityCheck(),
    PlausibleScore(),
]


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.name)
def test_good_evidence_passes_and_missing_evidence_fails(check: Check, good: Evidence) -> None:
    assert check.run(good).passed
    missing = check.run(Evidence(metrics={}))
    assert not missing.passed
    assert missing.reason.endswith(".")
    assert missing.name == check.name


@pytest.mark.parametrize(
    ("check", "change", "words"),
    [
        (LeakCheck(), {"certificate": LEAKING}, ["1 of 2", "0 may", "b"]),
        (LeakCheck(), {"certificate": LeakCertificate((), bars=10)}, ["0 features"]),
        (LeakCheck(), {"features": ("uncertified",)}, ["1 of 1", "uncertified", "0 may"]),
        (ParityCheck(), {"parity": 0.02}, ["0.02", "0.0001"]),
        (ParityCheck(), {"parity": NAN}, ["nan", "0.0001"]),
        (ParityCheck(), {"parity": None}, ["not measured"]),
        (ParityCheck(), {"compiled": False}, ["no note"]),
        (LatencyCheck(10), {"latency_ms": 25.0}, ["25 ms", "10 ms"]),
        (LatencyCheck(10), {"latency_ms": NAN}, ["nan", "10 ms"]),
        (BeatsBaseline(), {"advantage": Score("a", 0.01, 0.0, 0.02)}, ["0.0100", "[0.0000", "above 0"]),
        (BeatsBaseline(), {"advantage": Score("a", NAN, NAN, NAN)}, ["nan", "always up"]),
        (BeatsBaseline(), {"trials": 50}, ["0.95", "50 trials", "0.999"]),
        (NotWorseThanProduction(), {"metrics": {"accuracy": 0.5}}, ["0.5", "0.53"]),
        (NotWorseThanProduction(), {"metrics": {"accuracy": NAN}}, ["nan"]),
        (NotWorseThanProduction(), {"production_metrics": {}}, ["production is None"]),
        (NotWorseThanProduction("log_loss"), {"metrics": {"log_loss": 0.7}}, ["0.7", "at most 0.69"]),
        (MetricThreshold("f1", 0.8), {}, ["0.5", "0.8"]),
        (MetricThreshold("f1", 0.8), {"metrics": {"f1": NAN}}, ["nan", "0.8"]),
        (PlausibleScore(), {"metrics": {"accuracy": 0.78}}, ["0.78", "0.65", "leak"]),
        (PlausibleScore(), {"metrics": {"accuracy": NAN}}, ["nan"]),
        (IntegrityCheck(), {"integrity": False}, ["digest"]),
        (DriftShareCheck(0.3), {"drift_share": 0.5}, ["0.5", "0.3"]),
    ],
)
def test_failures_say_the_number_and_the_bound(
    check: Check, change: dict[str, Any], words: list[str], good: Evidence
) -> None:
    result = check.run(replace(good, **change))
    assert not result.passed
    for word in words:
        assert word in result.reason


@pytest.mark.parametrize(
    ("check", "change", "words"),
    [
        (ParityCheck(), {"compiled": False, "compiled_note": "no ONNX form.", "parity": None}, "natively"),
        (NotWorseThanProduction(), {"production_metrics": None}, "first version"),
        (NotWorseThanProduction(tolerance=0.05), {"metrics": {"accuracy": 0.5}}, "at least 0.48"),
        (NotWorseThanProduction("log_loss"), {}, "at most 0.69"),
        (BeatsBaseline(), {"trials": 50, "advantage": Score("a", 0.1, 0.01, 0.2, level=0.999)}, "0.0100"),
        (PlausibleScore(), {"metrics": {"accuracy": 0.65}}, "not above 0.65"),
    ],
)
def test_what_is_allowed_says_why(check: Check, change: dict[str, Any], words: str, good: Evidence) -> None:
    result = check.run(replace(good, **change))
    assert result.passed
    assert words in result.reason


def test_many_leaking_features_are_not_all_listed(good: Evidence) -> None:
    verdicts = tuple(FeatureVerdict(f"f{i}", False) for i in range(9))
    reason = LeakCheck().run(replace(good, certificate=LeakCertificate(verdicts, bars=5))).reason
    assert "9 of 9" in reason
    assert "f3" not in reason


def test_untested_features_are_refused_but_not_said_to_leak(good: Evidence) -> None:
    untested = FeatureVerdict("sma_200", False, "untested: no value")
    both = (FeatureVerdict("b", False, "cut-off series", 3), untested)
    said = [
        LeakCheck().run(replace(good, features=(), certificate=LeakCertificate(verdicts, bars=150)))
        for verdicts in ((untested,), both)
    ]
    assert not any(one.passed for one in said)
    assert "look ahead, 0 may" not in said[0].reason
    assert "1 of 1 features could not be tested" in said[0].reason
    assert "sma_200" in said[0].reason
    assert "1 of 2 features look ahead, 0 may: b." in said[1].reason
    assert "1 of 2 features could not be tested" in said[1].reason


def test_a_tolerance_is_not_negative() -> None:
    with pytest.raises(ParameterError, match="'tolerance'"):
        NotWorseThanProduction(tolerance=-0.1)
