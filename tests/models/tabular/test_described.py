from __future__ import annotations

from typing import Any

import pytest

from ml_analytics.models.sklearn_checks import WORDING
from ml_analytics.models.tabular import described


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        ("MAX_DEPTH", [None, 1, 20], [0, -1, 2.5, True, "deep"]),
        ("MIN_SAMPLES_SPLIT", [2, 20, 0.1, 1.0], [1, 0.0, 1.5, -2, None, "few"]),
        ("MIN_SAMPLES_LEAF", [1, 20, 0.1, 0.99], [0, 1.0, 0.0, -1, None]),
        ("MAX_FEATURES", [None, "sqrt", "log2", 1, 7, 0.5, 1.0], [0, 0.0, 1.5, "all", -1]),
        ("CLASS_WEIGHT", [None, "balanced"], ["even", 1, {"up": 2.0}]),
    ],
)
def test_what_a_parameter_takes(name: str, taken: list[Any], refused: list[Any]) -> None:
    one = getattr(described, name)
    assert all(one.accepts(value) for value in taken)
    assert not any(one.accepts(value) for value in refused)


def test_the_exemption_adds_one_reason() -> None:
    assert set(described.NO_WEIGHTS_BY_LABEL) - set(WORDING) == {"check_class_weight_classifiers"}
