from __future__ import annotations

import re

import lightgbm
import numpy as np
import pandas as pd
import pytest

from ml_analytics.models import ModelFactory, OnnxPredictor, compile_onnx, dump_model, load_model


@pytest.fixture(scope="module")
def wide() -> pd.DataFrame:
    """Make 400 rows of 32-bit numbers with a third column that is missing now and then."""
    values = np.random.default_rng(0).normal(size=(400, 3)).astype(np.float32)
    values[::9, 2] = np.nan
    return pd.DataFrame(values.astype(np.float64), columns=["a", "b", "c"])


@pytest.mark.parametrize("classes", [2, 3])
def test_lightgbm_equals_its_own_wrapper(classes: int, wide: pd.DataFrame) -> None:
    y = np.digitize(wide["a"] + wide["c"].fillna(1.0), [0.0] if classes == 2 else [-0.5, 0.5])
    oracle = lightgbm.LGBMClassifier(
        n_estimators=8, num_leaves=15, random_state=0, n_jobs=1, force_col_wise=True, verbosity=-1
    ).fit(wide.to_numpy(np.float32), y)
    model = ModelFactory.create("lightgbm", n_estimators=8, num_leaves=15).fit(wide, y)
    expected = oracle.predict_proba(wide.to_numpy(np.float32))
    np.testing.assert_allclose(model.predict_proba(wide), expected, rtol=1e-12)
    assert model.feature_importance().method.startswith("share of the total gain")
    assert list(model.feature_importance())[-1] == "b"
    assert sum(model.feature_importance().values()) == pytest.approx(1.0)


def test_lightgbm_regression_equals_the_bare_library(wide: pd.DataFrame) -> None:
    y = wide["a"] * 2 + wide["b"] ** 2
    table = lightgbm.Dataset(wide.to_numpy(np.float32), y.to_numpy(), params={"verbosity": -1})
    oracle = lightgbm.train({"objective": "regression", "verbosity": -1, "num_threads": 1}, table, 20)
    model = ModelFactory.create("lightgbm_regressor", n_estimators=20).fit(wide, y)
    np.testing.assert_allclose(model.predict(wide), oracle.predict(wide.to_numpy(np.float32)), rtol=1e-12)


@pytest.mark.parametrize("subsample", [1.0, 0.7])
def test_lightgbm_is_the_same_for_any_number_of_threads(subsample: float, wide: pd.DataFrame) -> None:
    y = wide["a"] > 0
    params = {"n_estimators": 12, "subsample": subsample, "colsample_bytree": 0.7}
    one, two, all_cores = (ModelFactory.create("lightgbm", n_jobs=jobs, **params) for jobs in (1, 2, -1))
    files = [model.fit(wide, y)._state() for model in (one, two, all_cores)]
    assert files[0] == files[1] == files[2]


def test_columns_in_another_order_are_put_right(wide: pd.DataFrame) -> None:
    model = ModelFactory.create("lightgbm", n_estimators=5).fit(wide, wide["a"] > 0)
    loaded = load_model(dump_model(model))
    np.testing.assert_array_equal(loaded.predict_proba(wide[["c", "b", "a"]]), model.predict_proba(wide))


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_lightgbm_compiles_with_missing_values_and_at_its_thresholds(
    classes: int, wide: pd.DataFrame
) -> None:
    score = wide["a"] + wide["c"].fillna(1.0)
    if classes:
        y = np.digitize(score, [0.0] if classes == 2 else [-0.5, 0.5])
        model = ModelFactory.create("lightgbm", n_estimators=20).fit(wide, y)
    else:
        model = ModelFactory.create("lightgbm_regressor", n_estimators=20).fit(wide, score)
    result = compile_onnx(model, wide)
    assert result.onnx is not None and result.parity is not None, result.note
    assert result.parity < 1e-5
    assert "split points and missing values included" in result.note
    assert model.signature is not None
    compiled = OnnxPredictor(result.onnx, model.signature)
    np.testing.assert_allclose(
        compiled.predict(wide).astype(float), model.predict(wide).astype(float), atol=1e-4
    )


def test_fewer_rows_than_two_leaves_need_give_the_shares(wide: pd.DataFrame) -> None:
    few = wide[:30].drop(columns="c")
    model = ModelFactory.create("lightgbm").fit(few, np.arange(30) < 10)
    np.testing.assert_allclose(model.predict_proba(few)[:, 1], 1 / 3)
    np.testing.assert_array_equal(load_model(dump_model(model)).predict_proba(few), model.predict_proba(few))
    assert set(model.feature_importance().values()) == {0.0}


def test_ten_thousand_columns_are_taken() -> None:
    X = np.random.default_rng(0).normal(size=(60, 10_000))
    model = ModelFactory.create("lightgbm", n_estimators=2, min_child_samples=5).fit(X, X[:, 7] > 0)
    assert next(iter(model.feature_importance())) == "x7"
    loaded = load_model(dump_model(model))
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))


def test_a_split_on_missing_or_not_is_stored_and_compiled() -> None:
    """LightGBM writes its threshold as infinity."""
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)), columns=["a", "b"])
    y = X["a"] > 0
    X["b"] = X["b"].mask(y & (np.arange(300) % 4 > 0))
    model = ModelFactory.create("lightgbm", n_estimators=20).fit(X[["b"]], y)
    assert re.search("^threshold=.*inf", model._state()["booster.txt"].decode(), re.MULTILINE)
    loaded = load_model(dump_model(model))
    np.testing.assert_array_equal(loaded.predict_proba(X[["b"]]), model.predict_proba(X[["b"]]))
    assert compile_onnx(model, X[["b"]]).onnx is not None


@pytest.mark.parametrize("seed", range(3))
def test_numbers_around_zero_compile(seed: int) -> None:
    """LightGBM takes numbers within 1e-35 of 0 for 0, and puts thresholds there."""
    X = pd.DataFrame(np.random.default_rng(seed).normal(size=(200, 3)), columns=["a", "b", "c"])
    y = X["a"] > 0
    X["a"] = X["a"].mask(np.arange(200) % 10 == 3)
    model = ModelFactory.create("lightgbm").fit(X, y)
    assert "1.0000000180025095e-35" in model._state()["booster.txt"].decode()
    result = compile_onnx(model, X)
    assert result.onnx is not None, result.note
    near = np.array([0.0, 1e-35, -1e-35, 1e-36, -1e-36, 2e-35, -2e-35, 1e-30, -1e-30])
    rows = X[10:20].merge(pd.DataFrame({"near": near}), how="cross")
    compiled = OnnxPredictor(result.onnx, model.signature)
    for name in X.columns:
        probes = rows.assign(**{name: rows["near"]})[list(X.columns)]
        np.testing.assert_allclose(compiled.predict_proba(probes), model.predict_proba(probes), atol=1e-5)
