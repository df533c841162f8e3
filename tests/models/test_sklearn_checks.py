"""scikit-learn's own checks for estimators, over every family that learns from a table of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from ml_analytics.models import BaseModel
from ml_analytics.models.sklearn_checks import UNWEIGHTED, WORDING
from ml_analytics.models.testing import registered_families

FAMILIES = {
    family.model_type: family
    for family in registered_families().values()
    if family.task not in ("regime", "forecasting")  # their rows are many, and in time order
    and family._small()._example(10, 0) is None  # texts, images and sequences are no such tables
}


def expected(model: BaseModel) -> dict[str, str]:
    return {**(UNWEIGHTED if model._without_weights() else {}), **model.exempt_checks}


@pytest.mark.filterwarnings("ignore")  # what libraries say of the checks' odd data is not under test
@parametrize_with_checks(
    [family._small() for name, family in sorted(FAMILIES.items())], expected_failed_checks=expected
)
def test_a_check_of_scikit_learn(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


def test_an_exemption_has_a_reason() -> None:
    for family in FAMILIES.values():
        assert set(WORDING) <= set(family.exempt_checks)
        assert all(len(reason) > 20 for reason in family.exempt_checks.values())
