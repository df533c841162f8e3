from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from ml_analytics.models.regime.clustering import cluster


def labels_of(points: np.ndarray, states: int, seed: int = 0) -> np.ndarray:
    labels = np.empty(len(points), dtype=np.int64)
    draws = np.random.default_rng(seed).random(states)
    cluster(np.ascontiguousarray(points.T), draws, 300, labels)
    return labels


def inertia(points: np.ndarray, labels: np.ndarray) -> float:
    groups = [points[labels == one] for one in np.unique(labels)]
    return float(sum(((one - one.mean(axis=0)) ** 2).sum() for one in groups))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), states=st.integers(1, 5), width=st.integers(1, 3))
def test_it_ends_where_sklearn_would_stay(seed: int, states: int, width: int) -> None:
    points = np.random.default_rng(seed).normal(size=(200, width))
    labels = labels_of(points, states, seed)
    centres = np.array([points[labels == one].mean(axis=0) for one in range(states)])
    oracle = KMeans(states, init=centres, n_init=1, max_iter=300, tol=0).fit(points)
    assert inertia(points, labels) == pytest.approx(oracle.inertia_)
    np.testing.assert_array_equal(labels, oracle.labels_)


def test_groups_that_stand_apart_are_found() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 3, 300)
    points = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])[truth] + generator.normal(size=(300, 2)) * 0.3
    labels = labels_of(points, 3, 1)
    assert len({(int(a), int(b)) for a, b in zip(truth, labels, strict=True)}) == 3


def test_equal_rows_and_fewer_rows_than_groups_do_no_harm() -> None:
    assert set(labels_of(np.ones((20, 2)), 3)) <= {0, 1, 2}
    assert set(labels_of(np.array([[1.0], [2.0]]), 4)) <= {0, 1, 2, 3}
