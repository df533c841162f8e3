from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from ml_analytics import UnsafeArtifactError
from ml_analytics.models.tabular.neighbours import Neighbours, Standard


@given(st.integers(0, 100), st.sampled_from([1e-30, 1e-3, 1.0, 1e30]))
def test_standardised_columns_equal_scikit_learn(seed: int, unit: float) -> None:
    values = np.random.default_rng(seed).normal(3.0, 2.0, size=(20, 3))
    found = Standard.of(values * unit).apply(values * unit)
    np.testing.assert_allclose(found, StandardScaler().fit_transform(values), atol=1e-9)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e30, -1e-30])
def test_a_constant_column_becomes_zero_whatever_it_holds_later(value: float) -> None:
    standard = Standard.of(np.full((7, 1), value))
    assert standard.apply(np.array([[5.0], [value]])).tolist() == [[0.0], [0.0]]


@given(st.integers(0, 50), st.integers(1, 9))
def test_the_nearest_rows_are_the_nearest(seed: int, k: int) -> None:
    generator = np.random.default_rng(seed)
    rows, asked = generator.normal(size=(60, 4)), generator.normal(size=(11, 4))
    distances, numbers = Neighbours(rows).nearest(asked, k)
    every = np.linalg.norm(asked[:, None] - rows[None], axis=2)
    np.testing.assert_allclose(distances, np.sort(every, axis=1)[:, :k])
    np.testing.assert_array_equal(numbers, np.argsort(every, axis=1)[:, :k])


def test_more_rows_than_one_part_are_answered_alike() -> None:
    generator = np.random.default_rng(0)
    neighbours = Neighbours(generator.normal(size=(30, 2)))
    asked = generator.normal(size=(5000, 2))
    whole = neighbours.nearest(asked, 2)
    last = neighbours.nearest(asked[4990:], 2)
    for one, other in zip(whole, last, strict=True):
        np.testing.assert_array_equal(one[4990:], other)


@pytest.mark.parametrize("rows", [np.zeros((0, 2)), np.zeros(3), np.array([[np.nan]]), np.zeros((2, 2), int)])
def test_rows_that_are_no_numbers_are_refused(rows: np.ndarray) -> None:
    with pytest.raises(UnsafeArtifactError):
        Neighbours(rows)
