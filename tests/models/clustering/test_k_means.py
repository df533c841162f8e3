from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from ml_analytics import ParameterError, UnsafeArtifactError
from ml_analytics.models import ModelFactory
from ml_analytics.models.arrays import array_to_bytes


@pytest.fixture(scope="module")
def groups() -> pd.DataFrame:
    """Make three groups of 120, 60 and 30 rows, in columns of very different units."""
    generator = np.random.default_rng(0)
    middles = np.repeat([[0.0, 0.0], [5.0, 5.0], [-5.0, 5.0]], [60, 120, 30], axis=0)
    return pd.DataFrame((middles + generator.normal(size=(210, 2))) * [1.0, 1e6], columns=["a", "b"])


def test_centres_equal_scikit_learn_on_standardised_columns(groups: pd.DataFrame) -> None:
    scaled = StandardScaler().fit_transform(groups)
    oracle = KMeans(3, n_init=10, random_state=0).fit(scaled)
    model = ModelFactory.create("k_means", n_clusters=3).fit(groups)
    assert model.inertia_ == pytest.approx(oracle.inertia_)
    assert sorted(model.sizes_) == sorted(np.bincount(oracle.labels_))
    np.testing.assert_allclose(
        np.sort(model.distances(groups).min(axis=1)), np.sort(oracle.transform(scaled).min(axis=1)), atol=1e-9
    )


def test_no_seed_renames_a_cluster(groups: pd.DataFrame) -> None:
    found = [
        ModelFactory.create("k_means", n_clusters=3, random_state=seed).fit(groups).predict(groups)
        for seed in range(10)
    ]
    assert all((one == found[0]).all() for one in found)
    np.testing.assert_allclose(np.bincount(found[0]), [120, 60, 30], atol=2)


def test_the_order_of_rows_does_not_rename_a_cluster(groups: pd.DataFrame) -> None:
    shuffled = groups.sample(frac=1.0, random_state=1)
    one = ModelFactory.create("k_means", n_clusters=3).fit(groups)
    other = ModelFactory.create("k_means", n_clusters=3).fit(shuffled)
    np.testing.assert_array_equal(one.predict(groups), other.predict(groups))
    np.testing.assert_array_equal(one.predict(groups), one.labels_)


def test_centres_come_in_the_units_of_the_data(groups: pd.DataFrame) -> None:
    model = ModelFactory.create("k_means", n_clusters=3).fit(groups.assign(flat=7.0))
    means = groups.groupby(model.labels_).mean()
    np.testing.assert_allclose(model.centers_[["a", "b"]], means, rtol=1e-4)
    assert (model.centers_["flat"] == 7.0).all()
    assert model.score(groups.assign(flat=7.0), None) < 0


def test_fewer_rows_than_clusters_are_refused_and_equal_rows_are_taken() -> None:
    with pytest.raises(ParameterError, match="n_clusters=8"):
        ModelFactory.create("k_means").fit(np.zeros((7, 2)))
    model = ModelFactory.create("k_means", n_clusters=3).fit(np.ones((20, 2)))
    assert model.predict(np.ones((2, 2))).tolist() == [0, 0]


def test_stored_centres_of_another_width_are_refused(groups: pd.DataFrame) -> None:
    model = ModelFactory.create("k_means", n_clusters=3).fit(groups)
    with pytest.raises(UnsafeArtifactError):
        model._restore({**model._state(), "scaled_centers_.npy": array_to_bytes(np.zeros((3, 5)))})
