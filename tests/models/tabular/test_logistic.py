from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from ml_analytics.models import ModelFactory


def test_logistic_equals_scikit_learn(table: pd.DataFrame, labels: pd.Series) -> None:
    scaled = StandardScaler().fit_transform(table.to_numpy())
    oracle = LogisticRegression(max_iter=1000).fit(scaled, labels)
    model = ModelFactory.create("logistic").fit(table, labels)
    np.testing.assert_allclose(model.predict_proba(table), oracle.predict_proba(scaled)[:, ::1], atol=1e-9)
    assert "coefficient" in model.feature_importance().method
