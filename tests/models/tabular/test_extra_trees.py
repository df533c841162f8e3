from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from ml_analytics import UnsafeArtifactError
from ml_analytics.models import ModelFactory, compile_onnx, dump_model, load_model
from ml_analytics.models.arrays import array_from_bytes, array_to_bytes


def test_extra_trees_equal_scikit_learn(table: pd.DataFrame, labels: pd.Series) -> None:
    oracle = ExtraTreesClassifier(20, random_state=3).fit(table.to_numpy(), labels)
    model = ModelFactory.create("extra_trees", n_estimators=20, random_state=3).fit(table, labels)
    np.testing.assert_array_equal(model.predict_proba(table), oracle.predict_proba(table.to_numpy()))


def test_extra_trees_of_numbers_equal_scikit_learn(table: pd.DataFrame) -> None:
    y = table["a"] * table["b"]
    oracle = ExtraTreesRegressor(20, random_state=3).fit(table.to_numpy(), y)
    model = ModelFactory.create("extra_trees_regressor", n_estimators=20, random_state=3).fit(table, y)
    np.testing.assert_array_equal(model.predict(table), oracle.predict(table.to_numpy()))


def test_extra_trees_take_missing_values_and_keep_them(table: pd.DataFrame, labels: pd.Series) -> None:
    holed = table.mask(np.random.default_rng(0).random(table.shape) < 0.2)
    model = ModelFactory.create("extra_trees", n_estimators=10).fit(holed, labels)
    loaded = load_model(dump_model(model))
    np.testing.assert_array_equal(loaded.predict_proba(holed), model.predict_proba(holed))
    result = compile_onnx(model, holed)
    assert result.onnx is not None or "Served natively" in result.note


def test_none_as_seed_repeats(table: pd.DataFrame, labels: pd.Series) -> None:
    one, two = (
        ModelFactory.create("extra_trees", n_estimators=5, random_state=None).fit(table, labels) for _ in "ab"
    )
    np.testing.assert_array_equal(one.predict_proba(table), two.predict_proba(table))


def test_a_tree_that_leads_outside_is_refused(table: pd.DataFrame, labels: pd.Series) -> None:
    model = ModelFactory.create("extra_trees", n_estimators=3).fit(table, labels)
    files = model._state()
    nodes = array_from_bytes(files["nodes.npy"])
    nodes["left_child"][0] = 10**6
    with pytest.raises(UnsafeArtifactError):
        model._restore({**files, "nodes.npy": array_to_bytes(nodes)})
