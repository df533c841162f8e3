from __future__ import annotations

from ml_analytics.registry import flat_metrics


def test_validation_metrics_are_plain_and_others_carry_their_part() -> None:
    flat = flat_metrics({"train": {"accuracy": 1.0}, "validation": {"accuracy": 0.8, "note": "x"}, "loss": 2})
    assert flat == {"train.accuracy": 1.0, "accuracy": 0.8, "loss": 2}
