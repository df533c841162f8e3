from __future__ import annotations

import json

from ml_analytics.evaluation.drift import DriftReport, FeatureDrift

REPORT = DriftReport(
    (
        FeatureDrift("a", "number", "ks", 0.05, 0.4, 0.4, False),
        FeatureDrift("b", "number", "ks", 0.5, 0.001, 0.003, True),
        FeatureDrift("b", "number", "missing share", 0.1, 0.2, 0.3, False, "missing 0.0% before, 10.0% now"),
    ),
    alpha=0.05,
    n_reference=100,
    n_current=50,
    not_tested={"comment": "free text has no distribution to compare"},
)


def test_a_feature_with_two_tests_counts_once() -> None:
    assert REPORT.features == ("a", "b")
    assert REPORT.drifted == ("b",)
    assert REPORT.share == 0.5


def test_plain_json() -> None:
    value = json.loads(json.dumps(REPORT.to_json()))
    assert value["share"] == 0.5
    assert value["drifted"] == ["b"]
    assert value["tests"][1]["p_value"] == 0.001
    assert value["not_tested"] == {"comment": "free text has no distribution to compare"}


def test_table_and_text_show_the_worst_first() -> None:
    assert REPORT.table()["feature"].tolist() == ["b", "b", "a"]
    lines = str(REPORT).splitlines()
    assert lines[0].startswith("1 of 2 features drifted (50%)")
    assert "YES" in lines[2]
    assert lines[-1] == "not tested: comment (free text has no distribution to compare)"


def test_nothing_tested() -> None:
    empty = DriftReport((), 0.05, 1, 1)
    assert empty.share == 0.0
    assert empty.table().empty
    assert str(empty).startswith("0 of 0 features drifted")
