from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xgboost

from ml_analytics.models import ModelFactory, dump_model, load_model


@pytest.mark.parametrize("classes", [2, 3])
def test_xgboost_equals_its_own_wrapper(classes: int, table: pd.DataFrame) -> None:
    y = np.digitize(table["a"], [-0.5, 0.5]) if classes == 3 else (table["a"] > 0).astype(int)
    oracle = xgboost.XGBClassifier(n_estimators=8, learning_rate=0.1, max_depth=3, random_state=0, n_jobs=1)
    oracle.fit(table.to_numpy(), y)
    model = ModelFactory.create("xgboost", n_estimators=8, max_depth=3).fit(table, y)
    np.testing.assert_allclose(model.predict_proba(table), oracle.predict_proba(table.to_numpy()), atol=1e-6)


def test_xgboost_answers_with_one_thread_after_loading(table: pd.DataFrame) -> None:
    model = ModelFactory.create("xgboost_regressor", n_estimators=4, n_jobs=2).fit(table, table["a"])
    for one in (model, load_model(dump_model(model))):
        assert '"nthread":"1"' in one.booster_.save_config()
