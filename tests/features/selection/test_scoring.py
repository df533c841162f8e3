"""Scores, alone and combined."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.feature_selection import mutual_info_classif

from ml_analytics.features.selection.methods import SCORES
from ml_analytics.features.selection.scoring import best_first, combine, make_scorer, varies


def score(method: str, values: np.ndarray, target: np.ndarray, classes: bool = False) -> np.ndarray:
    return make_scorer(method, values, classes, n_jobs=None, seed=0)(target)


@pytest.fixture(scope="module")
def table() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(500, 4))


def test_f_statistic_against_scipy(table: np.ndarray) -> None:
    target = table[:, 0] + np.random.default_rng(1).normal(size=500)
    for one, column in zip(score("f_test", table, target), table.T, strict=True):
        fit = stats.linregress(column, target)
        assert one == pytest.approx((fit.slope / fit.stderr) ** 2)
    classes = np.digitize(target, [-1, 1]).astype(float)
    for one, column in zip(score("f_test", table, classes, classes=True), table.T, strict=True):
        assert one == pytest.approx(stats.f_oneway(*(column[classes == k] for k in range(3))).statistic)


@pytest.mark.parametrize("method", SCORES)
@pytest.mark.parametrize("classes", [True, False])
def test_no_scale_of_the_columns_changes_a_score(table: np.ndarray, method: str, classes: bool) -> None:
    values = table.round(3)
    target = (values[:, 0] + values[:, 1] > 0).astype(float) if classes else values[:, 0] + values[:, 1] ** 2
    plain = score(method, values, target, classes)
    for shift, scale in ((0.0, 1e12), (0.0, 1e-12), (2.0**20, 1.0)):
        np.testing.assert_allclose(
            score(method, values * scale + shift, target, classes), plain, rtol=2e-2, atol=2e-3
        )


@pytest.mark.parametrize("method", SCORES)
def test_huge_numbers_are_numbers(table: np.ndarray, method: str) -> None:
    values = table.copy()
    values[0, 0] = 1e300
    assert np.isfinite(score(method, values, table[:, 1] * 1e200)).all()


def test_neighbours_take_few_values_as_they_are() -> None:
    generator = np.random.default_rng(0)
    pattern = generator.choice([-100.0, 0.0, 100.0], 600, p=[0.1, 0.8, 0.1])
    target = (pattern + generator.normal(0, 60, 600) > 0).astype(float)
    expected = mutual_info_classif(pattern[:, None], target, discrete_features=True)
    np.testing.assert_allclose(score("mutual_info_knn", pattern[:, None], target, classes=True), expected)


def test_importance_finds_an_interaction_that_no_single_column_shows(table: np.ndarray) -> None:
    both = (table[:, 0] * table[:, 1] > 0).astype(float)
    assert set(best_first(score("importance", table, both, classes=True))[:2]) == {0, 1}
    assert score("importance", table, both, classes=True).sum() == pytest.approx(1)


def test_combined_scores_are_shares_of_those_outranked() -> None:
    one = np.asarray([5.0, 1.0, 3.0])
    assert combine({"a": one}) is one
    np.testing.assert_allclose(combine({"a": one, "b": one * 100}), [1, 0, 0.5])
    np.testing.assert_allclose(combine({"a": one, "b": -one}), [0.5, 0.5, 0.5])
    np.testing.assert_allclose(combine({"a": one * 0, "b": np.asarray([0.0, 0.0, 9.0])}), [0, 0, 0.75])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=10))
def test_combining_is_fair(pairs: list[tuple[int, int]]) -> None:
    first, second = np.asarray(pairs, dtype=np.float64).T
    made = combine({"a": first, "b": second})
    np.testing.assert_array_equal(made, combine({"b": second, "a": first}))
    assert ((made >= 0) & (made <= 1)).all()
    for i in range(len(pairs)):
        for j in range(len(pairs)):
            if first[i] >= first[j] and second[i] >= second[j] and max(pairs[i]) > 0:
                assert made[i] >= made[j]


def test_order_and_variation() -> None:
    assert best_first([1.0, 3.0, 3.0, 2.0]).tolist() == [1, 2, 3, 0]
    assert not varies(np.zeros(0))
    assert not varies(np.ones(3))
    assert varies(np.asarray([1.0, 2.0]))
