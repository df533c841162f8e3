from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import StandardScaler

from ml_analytics import ParameterError, UnsafeArtifactError
from ml_analytics.models import ModelFactory, dump_model, load_model
from ml_analytics.models.arrays import array_to_bytes


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    """Make a dense and a thin crowd."""
    generator = np.random.default_rng(0)
    return np.concatenate([generator.normal(0, 0.2, (150, 3)), generator.normal(6, 2.0, (150, 3))])


@pytest.mark.parametrize("contamination", ["auto", 0.1])
def test_factors_equal_scikit_learn(contamination: str | float, rows: np.ndarray) -> None:
    scaler = StandardScaler().fit(rows)
    oracle = LocalOutlierFactor(20, novelty=True, contamination=contamination).fit(scaler.transform(rows))
    model = ModelFactory.create("local_outlier_factor", contamination=contamination).fit(rows)
    fresh = np.random.default_rng(1).normal(3.0, 3.0, (200, 3))
    scaled = scaler.transform(fresh)
    np.testing.assert_allclose(model.score_samples(fresh), oracle.score_samples(scaled), rtol=1e-9)
    assert model.offset_ == pytest.approx(oracle.offset_)
    np.testing.assert_array_equal(model.predict(fresh), oracle.predict(scaled))


def test_a_row_near_a_dense_crowd_is_stranger_than_one_as_far_from_a_thin_one(rows: np.ndarray) -> None:
    model = ModelFactory.create("local_outlier_factor").fit(rows)
    near_dense, near_thin = model.score_samples([[1.5, 0.0, 0.0], [7.5, 6.0, 6.0]])
    assert near_dense < model.offset_ < near_thin


def test_rows_that_are_all_the_same_are_ordinary() -> None:
    model = ModelFactory.create("local_outlier_factor", n_neighbors=5).fit(np.ones((40, 2)))
    assert model.predict(np.ones((3, 2))).tolist() == [1, 1, 1]
    assert np.isfinite(model.score_samples(np.full((1, 2), 5.0))).all()


def test_too_few_rows_are_refused_in_a_sentence() -> None:
    with pytest.raises(ParameterError, match="at least 21 rows"):
        ModelFactory.create("local_outlier_factor").fit(np.zeros((20, 2)))


def test_stored_rows_that_do_not_fit_are_refused(rows: np.ndarray) -> None:
    model = ModelFactory.create("local_outlier_factor").fit(rows)
    files = model._state()
    for name, value in {"reach_.npy": np.zeros(3), "rows_.npy": np.zeros((300, 9))}.items():
        with pytest.raises(UnsafeArtifactError):
            load_model(dump_model(model))._restore({**files, name: array_to_bytes(value)})
    broken = np.full((300, 3), np.nan)
    with pytest.raises(UnsafeArtifactError):
        load_model(dump_model(model))._restore({**files, "rows_.npy": array_to_bytes(broken)})
