from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.evaluation.drift.dependence import design_effect, quartile_indicators

Autoregression = Callable[[np.random.Generator, int, float], np.ndarray]


def _expected(rho: float) -> float:
    """1 + 2 Σ r(k) of the median indicator of a Gaussian AR(1): r(k) = 2/π arcsin(rho^k) (arcsine law)."""
    return float(1.0 + 2.0 * (2.0 / np.pi * np.arcsin(rho ** np.arange(1, 4000))).sum())


@pytest.mark.parametrize(("rho", "off"), [(0.0, 0.05), (0.5, 0.1), (0.9, 0.15)])
def test_agrees_with_the_arcsine_law(autoregression: Autoregression, rho: float, off: float) -> None:
    random = np.random.default_rng(0)
    found = []
    for _ in range(30):
        series = autoregression(random, 4000, rho)
        found.append(design_effect((series > np.median(series))[None, :]))
    assert np.mean(found) == pytest.approx(_expected(rho), rel=off)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=60))
def test_lies_between_one_and_n(values: list[int]) -> None:
    assert 1.0 <= design_effect(np.array([values])) <= max(1, len(values))


def test_negative_and_no_dependence_are_not_credited() -> None:
    assert design_effect(np.array([[0, 1] * 40])) == 1.0
    assert design_effect(np.ones((2, 30))) == 1.0


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40))
def test_indicators_tell_values_apart_when_there_are_two(values: list[int]) -> None:
    array = np.array(values, dtype=float)
    marks = quartile_indicators(array)
    assert marks.shape == (3, array.size)
    if np.unique(array).size > 1:
        assert any(0 < row.sum() < array.size for row in marks)
