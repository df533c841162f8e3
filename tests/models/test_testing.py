"""Every registered type crossed with every law; and the laws themselves, on models that break them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.models import BaseModel
from ml_analytics.models.testing import LAWS, check, registered_families

FAMILIES = registered_families()


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    "model_type", [name for name in FAMILIES if name not in ("classification", "regression")]
)
def test_every_family_keeps_every_law(model_type: str, law: str) -> None:
    check(FAMILIES[model_type], law)


def test_exemptions_name_laws_that_exist_and_give_a_reason() -> None:
    for family in FAMILIES.values():
        assert set(family.exempt_laws) <= set(LAWS)
        assert all(len(reason) > 20 for reason in family.exempt_laws.values())


class Forgetful(BaseModel):
    """Breaks laws on purpose: answers by position in the batch."""

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self.mean_ = 0.0

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        up = np.arange(len(X)) / len(X)
        return np.column_stack([1 - up, up])


@pytest.mark.parametrize("law", ["rows_stand_alone", "later_rows_change_nothing"])
def test_a_law_notices_a_model_that_breaks_it(law: str) -> None:
    with pytest.raises(AssertionError):
        check(Forgetful, law)
