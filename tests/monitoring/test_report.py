from __future__ import annotations

import json

import pandas as pd

from ml_analytics.core.values import Score
from ml_analytics.monitoring import PerformanceReport

YEARS = pd.DataFrame([(2024, 90, 0.5, 0.4, 0.6)], columns=["year", "n", "value", "low", "high"])


def _report(accuracy: Score | None) -> PerformanceReport:
    return PerformanceReport("trend", "1.0.0", 100, 90, accuracy, None, YEARS, 0.4, 2.0)


def test_counts_and_json() -> None:
    report = _report(Score("accuracy", 0.5, 0.4, 0.6, n=90))
    assert report.without_outcome == 10
    assert report.score is report.accuracy
    value = json.loads(json.dumps(report.to_json()))
    assert value["accuracy"]["low"] == 0.4
    assert value["by_year"] == [{"year": 2024, "n": 90, "value": 0.5, "low": 0.4, "high": 0.6}]
    assert value["without_outcome"] == 10


def test_text_for_people() -> None:
    text = str(_report(Score("accuracy", 0.5, 0.4, 0.6)))
    assert "trend version 1.0.0: 100 predictions, 10 still without outcome." in text
    assert "accuracy 0.500 [0.400, 0.600]" in text
    assert "p99 2 ms" in text
    assert "accuracy" not in str(_report(None))
