from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from ml_analytics import ParameterError, UnsafeArtifactError
from ml_analytics.models import ModelFactory, OnnxPredictor, compile_onnx, dump_model, load_model
from ml_analytics.models.anomaly.isolation_forest import expected_depth
from ml_analytics.models.arrays import array_from_bytes, array_to_bytes


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    """Make 400 rows of which the first 20 lie far out."""
    values = np.random.default_rng(0).normal(size=(400, 4))
    values[:20] *= 6.0
    return values


@pytest.mark.parametrize(
    "params", [{}, {"contamination": 0.05}, {"max_features": 0.5, "max_samples": 64}, {"random_state": 3}]
)
def test_scores_equal_scikit_learn(params: dict[str, object], rows: np.ndarray) -> None:
    settings = {"max_samples": 256, "random_state": 0, **params}
    oracle = IsolationForest(n_estimators=30, **settings).fit(rows)
    model = ModelFactory.create("isolation_forest", n_estimators=30, **params).fit(rows)
    np.testing.assert_allclose(model.score_samples(rows), oracle.score_samples(rows), rtol=1e-12)
    np.testing.assert_allclose(model.decision_function(rows), oracle.decision_function(rows), atol=1e-12)
    np.testing.assert_array_equal(model.predict(rows), oracle.predict(rows))


def test_missing_values_are_learnt_from_as_by_scikit_learn(rows: np.ndarray) -> None:
    holed = rows.copy()
    holed[::5, 1] = np.nan
    oracle = IsolationForest(n_estimators=30, max_samples=256, random_state=0).fit(holed)
    model = ModelFactory.create("isolation_forest", n_estimators=30).fit(holed)
    np.testing.assert_allclose(model.score_samples(holed), oracle.score_samples(holed), rtol=1e-12)


def test_contamination_is_the_share_that_is_called_strange(rows: np.ndarray) -> None:
    model = ModelFactory.create("isolation_forest", contamination=0.05).fit(rows)
    found = model.predict(rows)
    assert (found == -1).sum() == 20
    assert (found[:20] == -1).mean() > 0.8
    truth = np.where(np.arange(400) < 20, -1, 1)
    assert model.score(rows, truth) > 0.97


@pytest.mark.parametrize("holes", [False, True])
def test_what_is_compiled_answers_alike(holes: bool, rows: np.ndarray) -> None:
    table = rows.copy()
    if holes:
        table[::5, 1] = np.nan
    model = ModelFactory.create("isolation_forest", contamination=0.1).fit(table)
    result = compile_onnx(model, table)
    assert result.onnx is not None, result.note
    assert model.signature is not None
    fresh = np.random.default_rng(1).normal(scale=3.0, size=(1000, 4))
    compiled = OnnxPredictor(result.onnx, model.signature)
    np.testing.assert_array_equal(compiled.predict(fresh), model.predict(fresh))
    assert set(model.predict(fresh)) == {1, -1}


def test_rows_that_are_all_the_same_are_no_anomalies() -> None:
    same = np.ones((50, 3))
    model = ModelFactory.create("isolation_forest").fit(same)
    assert (model.predict(same) == 1).all()
    assert np.isfinite(model.score_samples(same + 9.0)).all()


def test_one_row_is_enough_and_says_nothing() -> None:
    model = ModelFactory.create("isolation_forest").fit([[1.0, 2.0]])
    assert np.isfinite(model.score_samples([[5.0, 5.0]])).all()


def test_expected_depth_is_that_of_random_trees() -> None:
    generator = np.random.default_rng(0)

    def depth(count: int) -> float:
        if count <= 1:
            return 0.0
        left = int(generator.integers(1, count))
        share = left / count
        return 1.0 + share * depth(left) + (1.0 - share) * depth(count - left)

    for count in (2, 10, 50):
        sampled = np.mean([depth(count) for _ in range(3000)])
        assert expected_depth(np.array([count]))[0] == pytest.approx(sampled, rel=0.05)


@pytest.mark.parametrize("value", [0.0, 0.6, "often", None, float("nan")])
def test_unusable_contamination_is_refused(value: object, rows: np.ndarray) -> None:
    with pytest.raises(ParameterError, match="'contamination'"):
        ModelFactory.create("isolation_forest", contamination=value).fit(rows)


def test_a_stored_tree_that_leads_outside_is_refused(rows: np.ndarray) -> None:
    model = ModelFactory.create("isolation_forest", n_estimators=3).fit(rows)
    files = model._state()
    left = array_from_bytes(files["trees-left.npy"])
    left[0] = 10**6
    with pytest.raises(UnsafeArtifactError):
        model._restore({**files, "trees-left.npy": array_to_bytes(left)})
    loaded = load_model(dump_model(model))
    np.testing.assert_array_equal(loaded.decision_function(rows), model.decision_function(rows))
