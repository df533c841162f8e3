"""Parameters of a selection."""

from __future__ import annotations

from typing import Any

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.selection import FeatureSelector
from ml_analytics.features.selection.plan import read_plan


def test_the_defaults_are_a_plan() -> None:
    plan = read_plan(FeatureSelector().get_params(), "x")
    assert (plan.methods, plan.n_features, plan.folds.count, plan.owner) == (("mutual_info",), 30, 5, "x")


@pytest.mark.parametrize(
    "options",
    [
        {"method": "shap"}, {"n_features": 0}, {"n_features": True}, {"n_features": 2.5}, {"threshold": "low"},
        {"threshold": float("nan")}, {"max_correlation": 1.1}, {"max_correlation": None}, {"n_folds": 1},
        {"min_stability": -0.1}, {"horizon": -1}, {"max_missing": 2}, {"task": "ranking"}, {"random_state": None},
        {"n_jobs": "all"},
    ],
    ids=str,
)  # fmt: skip
def test_bad_parameters_are_sentences(options: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=f"'{next(iter(options))}' parameter of x must be"):
        read_plan(FeatureSelector(**options).get_params(), "x")
