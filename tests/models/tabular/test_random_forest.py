from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

from ml_analytics.models import ModelFactory


def test_forest_equals_scikit_learn(table: pd.DataFrame, labels: pd.Series) -> None:
    oracle = RandomForestClassifier(20, random_state=3).fit(table.to_numpy(), labels)
    model = ModelFactory.create("random_forest", n_estimators=20, random_state=3).fit(table, labels)
    np.testing.assert_array_equal(model.predict_proba(table), oracle.predict_proba(table.to_numpy()))


@pytest.mark.parametrize("model_type", ["random_forest", "extra_trees"])
def test_forest_is_the_same_for_any_number_of_threads(
    model_type: str, table: pd.DataFrame, labels: pd.Series
) -> None:
    one, two = (
        ModelFactory.create(model_type, n_estimators=10, n_jobs=jobs).fit(table, labels) for jobs in (1, 2)
    )
    np.testing.assert_array_equal(one.predict_proba(table), two.predict_proba(table))
