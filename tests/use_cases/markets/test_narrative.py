"""What is printed says what the figures say, above all when the news is bad."""

from __future__ import annotations

from ml_analytics import FeatureVerdict, LeakCertificate, Score
from ml_analytics.core.canonical import plain
from ml_analytics.use_cases.markets import MarketConfig, narrative


def comparison(low: float) -> dict[str, object]:
    value: dict[str, object] = plain(
        {
            "rows": 1000,
            "first": "2003-01-01",
            "last": "2016-12-30",
            "scores": {
                "m": Score("accuracy", 0.53, 0.5, 0.56),
                "always up": Score("accuracy", 0.55, 0.52, 0.58),
            },
            "advantages": {"m": Score("advantage", low + 0.02, low, low + 0.04)},
            "best_baseline": "always up",
            "champion": "m",
            "trials": 2,
        }
    )
    return value


def test_a_model_that_may_be_chance_is_said_to_be() -> None:
    assert "not better than the baseline" in narrative.compared(comparison(-0.01), MarketConfig())
    assert "beats the baseline" in narrative.compared(comparison(0.001), MarketConfig())


def test_leaking_features_are_named() -> None:
    verdicts = (FeatureVerdict("good", True), FeatureVerdict("centred_mean", False, "cut-off series", 12))
    said = narrative.certified(LeakCertificate(verdicts, 100, (50,)))
    assert "centred_mean" in said
    assert "LOOK AHEAD" in said


def test_untested_features_are_not_called_leaking() -> None:
    verdicts = (FeatureVerdict("good", True), FeatureVerdict("sma_200", False, "untested: no value"))
    said = narrative.certified(LeakCertificate(verdicts, 100, (50,)))
    assert "1 could not be tested: fewer bars than their warm-up: sma_200" in said
    assert "LOOK AHEAD" not in said


def test_every_refusal_is_printed_with_its_reasons() -> None:
    outcome = {
        "model_id": "m",
        "version": "1.0.0",
        "model_type": "xgboost",
        "digest": "ab" * 32,
        "parity": 1e-7,
        "compiled_note": "",
        "latency_ms": 0.2,
        "gates": {
            "staging": {"passed": True, "reasons": []},
            "production": {"passed": False, "reasons": ["The first reason.", "The second reason."]},
        },
    }
    said = narrative.released(outcome, MarketConfig())
    assert "REFUSED" in said
    assert "The first reason." in said
    assert "The second reason." in said


def test_what_the_regimes_were_learned_from_is_said() -> None:
    table = [{"regime": "bull", "share": 1.0, "next_bar_mean": 0.001, "next_bar_deviation": None}]
    said = narrative.regimes(table, "2016-12-16T00:00:00+00:00")
    assert "learned from the bars to 2016-12-16" in said
    assert "bull 100%" in said
