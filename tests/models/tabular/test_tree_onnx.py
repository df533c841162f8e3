from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.models import ModelFactory, OnnxPredictor, compile_onnx

FORESTS = ("random_forest", "extra_trees")


def with_holes(seed: int) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(400, 3))
    values[::7, 1] = np.nan
    return pd.DataFrame(values, columns=["a", "b", "c"])


@pytest.mark.parametrize("name", FORESTS)
@pytest.mark.parametrize("classes", [2, 4])
def test_votes_are_shared_alike_with_holes_and_ties(name: str, classes: int) -> None:
    X = with_holes(0)
    y = np.digitize(X["a"] + X["b"].fillna(0.5), [0.0] if classes == 2 else [-1.0, 0.0, 1.0])
    model = ModelFactory.create(name, n_estimators=10).fit(X, y)  # ten pure votes: ties are common
    result = compile_onnx(model, X)
    assert result.onnx is not None, result.note
    assert model.signature is not None
    compiled = OnnxPredictor(result.onnx, model.signature)
    fresh = with_holes(1)
    shares = model.predict_proba(fresh)
    assert (np.sort(shares, axis=1)[:, -1] == np.sort(shares, axis=1)[:, -2]).any()
    np.testing.assert_array_equal(compiled.predict(fresh), model.predict(fresh))
    np.testing.assert_allclose(compiled.predict_proba(fresh), shares, atol=1e-6)


@pytest.mark.parametrize("name", FORESTS)
@pytest.mark.parametrize("level", [0.0, 1e3])
def test_numbers_are_averaged_alike(name: str, level: float) -> None:
    X = with_holes(0)
    y = np.where(X["a"] > 0, X["c"], 0.0) + level
    model = ModelFactory.create(f"{name}_regressor", n_estimators=10).fit(X, y)
    result = compile_onnx(model, X)
    assert result.onnx is not None, result.note
    assert model.signature is not None
    found = OnnxPredictor(result.onnx, model.signature).predict(with_holes(1))
    np.testing.assert_allclose(found, model.predict(with_holes(1)), rtol=1e-5, atol=1e-5)
