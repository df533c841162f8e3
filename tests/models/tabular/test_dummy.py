from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics import ParameterError
from ml_analytics.models import ModelFactory


def test_dummies_answer_with_shares_mean_and_median(table: pd.DataFrame) -> None:
    shares = ModelFactory.create("dummy").fit(table, ["a"] * 20 + ["b"] * 60)
    assert shares.predict_proba(table[:1]).tolist() == [[0.25, 0.75]]
    values = np.r_[np.zeros(79), 80.0]
    assert ModelFactory.create("dummy_regressor").fit(table, values).predict(table[:1]).tolist() == [1.0]
    median = ModelFactory.create("dummy_regressor", strategy="median")
    assert median.fit(table, values).predict(table[:1]).tolist() == [0.0]
    with pytest.raises(ParameterError, match="'strategy'"):
        ModelFactory.create("dummy_regressor", strategy="mode").fit(table, values)
