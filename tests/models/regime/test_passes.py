"""Against the sum over every possible path, which needs no recursion and no scaling."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from ml_analytics.models.regime.recursions import filtered, most_likely_path, smoothed


def logarithm(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        found: np.ndarray = np.log(values)
        return found


def paths(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> dict[tuple[int, ...], float]:
    first, steps = logarithm(start), logarithm(transition)
    found = {}
    for path in product(range(len(start)), repeat=len(densities)):
        value = first[path[0]] + sum(densities[t, state] for t, state in enumerate(path))
        found[path] = float(value + sum(steps[a, b] for a, b in pairwise(path)))
    return found


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), chance=st.sampled_from([(1.0, True), (30.0, True), (2000.0, False)]))
def test_everything_is_the_sum_over_all_paths(seed: int, chance: tuple[float, bool]) -> None:
    spread, zeros = chance  # what is all but impossible *and* cannot be left again is beyond a double
    generator = np.random.default_rng(seed)
    start, transition = generator.dirichlet(np.ones(3)), generator.dirichlet(np.ones(3), 3)
    if zeros:  # left to right: some steps cannot be
        start, transition = np.array([1.0, 0.0, 0.0]), np.triu(transition)
        transition /= transition.sum(axis=1, keepdims=True)
    densities = generator.normal(size=(5, 3)) * spread
    every = paths(densities, start, transition)
    weights = np.array(list(every.values()))
    likelihood = logsumexp(weights)
    states = np.array(list(every))
    belongs = np.exp(weights - likelihood)
    expected = np.array([[belongs[states[:, t] == k].sum() for k in range(3)] for t in range(5)])
    found, total = filtered(densities, start, transition)
    assert total == pytest.approx(likelihood)
    np.testing.assert_allclose(smoothed(densities, start, transition), expected, atol=1e-9)
    np.testing.assert_allclose(found[-1], expected[-1], atol=1e-9)
    assert every[tuple(most_likely_path(densities, start, transition))] == pytest.approx(weights.max())


def test_a_bar_that_no_state_explains_leaves_what_was_expected() -> None:
    densities = np.array([[0.0, -1.0], [-np.inf, -np.inf], [0.0, -1.0]])
    transition = np.array([[0.9, 0.1], [0.2, 0.8]])
    found, likelihood = filtered(densities, np.array([0.5, 0.5]), transition)
    np.testing.assert_allclose(found[1], found[0] @ transition)
    assert likelihood == -np.inf


def test_a_tie_goes_to_the_lower_number() -> None:
    path = most_likely_path(np.zeros((4, 2)), np.array([0.5, 0.5]), np.full((2, 2), 0.5))
    np.testing.assert_array_equal(path, np.zeros(4))
