"""Binned mutual information against scikit-learn, closed forms and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_selection import mutual_info_regression
from sklearn.metrics import mutual_info_score

from ml_analytics.features.selection.information import BinnedInformation, bin_codes, bins_for


def normal_pair(correlation: float, rows: int = 20_000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    x, noise = np.random.default_rng(seed).normal(size=(2, rows))
    return x, correlation * x + np.sqrt(1 - correlation**2) * noise


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.3, 0.5, 0.6])
def test_normal_variables_against_the_closed_form(correlation: float) -> None:
    x, y = normal_pair(correlation)
    exact = -np.log(1 - correlation**2) / 2
    assert BinnedInformation(x[:, None]).about(y, classes=False)[0] == pytest.approx(
        exact, rel=0.06, abs=0.004
    )


def test_strong_relations_come_out_lower_as_documented() -> None:
    x, y = normal_pair(0.99, rows=5_000)
    assert 1.3 < BinnedInformation(x[:, None]).about(y, classes=False)[0] < 1.7 < -np.log(1 - 0.99**2) / 2


@pytest.mark.parametrize("shape", [np.sin, np.cos, np.abs])
def test_against_nearest_neighbours_for_bent_relations(shape: np.ufunc) -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=(4_000, 1))
    y = shape(2 * x[:, 0]) + 0.7 * generator.normal(size=4_000)
    neighbours = mutual_info_regression(x, y, n_neighbors=10, random_state=0)
    np.testing.assert_allclose(BinnedInformation(x).about(y, classes=False), neighbours, rtol=0.2, atol=0.02)


def test_few_values_against_the_plug_in_of_scikit_learn() -> None:
    generator = np.random.default_rng(2)
    x = generator.integers(0, 3, 3_000)
    y = np.where(generator.random(3_000) < 0.4, x, generator.integers(0, 4, 3_000))
    occupied = 3 + 4 - len(set(zip(x, y, strict=True))) - 1
    expected = mutual_info_score(x, y) + occupied / 6_000
    found = BinnedInformation(x[:, None].astype(float)).about(y.astype(float), classes=True)
    assert found[0] == pytest.approx(expected, abs=1e-12)


def test_a_deterministic_relation_of_classes_has_their_entropy() -> None:
    classes = np.arange(4_000.0) % 4
    found = BinnedInformation(classes[:, None] * 7.0 - 3).about(classes, classes=True)
    # Miller's corrections are (3 + 3 - 3) / 2n where every cell lies on the diagonal.
    assert found[0] == pytest.approx(np.log(4) + 3 / 8_000)


def test_noise_has_about_none() -> None:
    noise = np.random.default_rng(3).normal(size=(2_000, 200))
    found = BinnedInformation(noise).about(np.random.default_rng(4).normal(size=2_000), classes=False)
    assert found.mean() < 0.005
    assert found.max() < 0.03


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 1000), st.integers(10, 300))
def test_no_rising_or_falling_scale_changes_it(seed: int, rows: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=rows).round(1)
    y = x + generator.normal(size=rows)
    plain = BinnedInformation(x[:, None]).about(y, classes=False)
    scaled = BinnedInformation((x * 1e9 - 5e11)[:, None]).about(np.exp(y), classes=False)
    np.testing.assert_array_equal(plain, scaled)
    order = generator.permutation(rows)
    np.testing.assert_array_equal(plain, BinnedInformation(x[order, None]).about(y[order], classes=False))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=200), st.integers(2, 16))
def test_bins(numbers: list[int], bins: int) -> None:
    values = np.asarray(numbers, dtype=np.float64)
    codes = bin_codes(values, bins)
    assert codes.min() == 0
    assert set(codes) == set(range(codes.max() + 1))
    assert codes.max() < bins
    assert all(len(set(codes[values == one])) == 1 for one in set(numbers)), "equal values share a bin"
    order = np.argsort(values)
    assert (np.diff(codes[order]) >= 0).all(), "bins follow the order of the values"
    if len(set(numbers)) <= bins:
        assert len(set(codes)) == len(set(numbers))


def test_bins_of_different_values_hold_equally_many() -> None:
    counts = np.bincount(bin_codes(np.random.default_rng(0).normal(size=1003), 10))
    assert counts.max() - counts.min() <= 1


def test_how_many_bins() -> None:
    assert [bins_for(rows) for rows in (1, 10, 100, 1000, 10**6)] == [2, 2, 5, 10, 16]
