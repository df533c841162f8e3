from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.models import ModelFactory, dump_model, load_model
from ml_analytics.models.tabular.forest import Forest

FORESTS = ["random_forest", "random_forest_regressor", "extra_trees", "extra_trees_regressor"]


@pytest.mark.parametrize("kind", FORESTS)
def test_a_forest_is_that_of_scikit_learn_for_any_number_of_threads(kind: str, table: pd.DataFrame) -> None:
    y = np.digitize(table["a"], [-0.5, 0.5]) if not kind.endswith("regressor") else table["a"] * 3
    ask = "predict_proba" if not kind.endswith("regressor") else "predict"
    models = [ModelFactory.create(kind, n_estimators=7, n_jobs=jobs) for jobs in (None, 1, 2, -1)]
    assert all(isinstance(one, Forest) for one in models)
    params = models[0].get_params()
    oracle = type(models[0]).learner(**params).fit(table.to_numpy(), y)
    expected = getattr(oracle, ask)(table.to_numpy())
    for model in models:
        np.testing.assert_array_equal(getattr(model.fit(table, y), ask)(table), expected)
        assert model.estimator_.n_jobs is None


@pytest.mark.parametrize("kind", FORESTS)
def test_no_seed_is_seed_zero(kind: str, table: pd.DataFrame) -> None:
    y = table["a"] > 0
    without, zero, one = (
        ModelFactory.create(kind, n_estimators=3, random_state=seed).fit(table, y)._state()
        for seed in (None, 0, 1)
    )
    assert without == zero != one


@pytest.mark.parametrize("kind", FORESTS)
def test_a_split_on_missing_or_not_is_kept(kind: str, table: pd.DataFrame) -> None:
    y = table["a"] > 0
    holed = table[["b"]].mask(y & (np.arange(len(table)) % 4 > 0))
    model = ModelFactory.create(kind, n_estimators=5).fit(holed, y)
    assert model.score(holed, y) > 0.5
    np.testing.assert_array_equal(load_model(dump_model(model)).predict(holed), model.predict(holed))
    shares = model.feature_importance()
    assert shares["b"] == pytest.approx(1.0)
