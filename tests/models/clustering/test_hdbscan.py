from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from ml_analytics import ParameterError, UnsafeArtifactError
from ml_analytics.models import ModelFactory
from ml_analytics.models.arrays import array_to_bytes


@pytest.fixture(scope="module")
def moons() -> np.ndarray:
    """Make two half rings of 150 and 100 rows and ten rows of noise."""
    generator = np.random.default_rng(0)
    first, second = generator.uniform(0, np.pi, 150), generator.uniform(0, np.pi, 100)
    rings = np.concatenate(
        [
            np.column_stack([np.cos(first), np.sin(first)]),
            np.column_stack([1 - np.cos(second), 0.5 - np.sin(second)]),
        ]
    )
    noise = generator.uniform(4, 12, (10, 2)) * generator.choice([-1, 1], (10, 2))
    return np.concatenate([rings + generator.normal(0, 0.03, rings.shape), noise])


def test_groups_equal_scikit_learn_on_standardised_columns(moons: np.ndarray) -> None:
    oracle = HDBSCAN(min_cluster_size=15, copy=True).fit_predict(StandardScaler().fit_transform(moons))
    model = ModelFactory.create("hdbscan", min_cluster_size=15).fit(moons)
    assert adjusted_rand_score(oracle, model.labels_) == 1.0
    np.testing.assert_array_equal(oracle == -1, model.labels_ == -1)
    assert model.sizes_.tolist() == sorted(model.sizes_.tolist(), reverse=True)


def test_training_rows_keep_their_cluster_and_the_order_of_rows_renames_none(moons: np.ndarray) -> None:
    model = ModelFactory.create("hdbscan", min_cluster_size=15).fit(moons)
    np.testing.assert_array_equal(model.predict(moons), model.labels_)
    order = np.random.default_rng(1).permutation(len(moons))
    other = ModelFactory.create("hdbscan", min_cluster_size=15).fit(moons[order])
    np.testing.assert_array_equal(other.predict(moons), model.labels_)


def test_new_rows_follow_the_stated_rule(moons: np.ndarray) -> None:
    model = ModelFactory.create("hdbscan", min_cluster_size=15).fit(moons)
    fresh = np.random.default_rng(2).uniform(-2.0, 3.0, (300, 2))
    scaled = (np.concatenate([moons, fresh]) - moons.mean(axis=0)) / moons.std(axis=0)
    known, asked = scaled[: len(moons)], scaled[len(moons) :]
    core = np.sort(np.linalg.norm(known[:, None] - known[None], axis=2), axis=1)[:, 14]
    for row, answer in zip(asked, model.predict(fresh), strict=True):
        distances = np.linalg.norm(known - row, axis=1)
        label = model.labels_[distances.argmin()]
        inside = label >= 0 and distances.min() <= core[model.labels_ == label].max()
        assert answer == (label if inside else -1)


def test_without_crowds_all_is_noise() -> None:
    scattered = np.random.default_rng(0).uniform(size=(12, 5))
    model = ModelFactory.create("hdbscan", min_cluster_size=12).fit(scattered)
    assert set(model.predict(scattered)) == {-1}


def test_too_few_rows_are_refused_in_a_sentence() -> None:
    with pytest.raises(ParameterError, match="at least 5 rows"):
        ModelFactory.create("hdbscan").fit(np.zeros((4, 2)))


def test_stored_rows_that_do_not_fit_are_refused(moons: np.ndarray) -> None:
    model = ModelFactory.create("hdbscan").fit(moons)
    with pytest.raises(UnsafeArtifactError):
        model._restore({**model._state(), "labels_.npy": array_to_bytes(np.full(len(moons), 99))})
