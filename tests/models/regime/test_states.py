"""Numbers and names of states, and the shares of the long run, beside powers of the transition matrix."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.models.regime.states import canonical_order, long_run_shares, state_names


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=7, unique=True))
def test_the_order_does_not_depend_on_the_numbers_that_em_gave(levels: list[int]) -> None:
    means = np.array(levels, dtype=float)[:, None]
    order = canonical_order(means, np.ones((len(levels), 1, 1)))
    found = means[order, 0]
    assert found[0] == max(levels)
    assert found[1] == min(levels)
    assert found[2:].tolist() == sorted(found[2:], reverse=True)
    assert sorted(order) == list(range(len(levels)))
    assert len(set(state_names(len(levels)))) == len(levels)


def test_equal_means_are_told_apart_by_their_variance() -> None:
    means, covariances = np.array([[1e-9], [0.0]]), np.array([[[4.0]], [[1.0]]])
    assert canonical_order(means, covariances).tolist() == [1, 0]


@given(st.integers(2, 6), st.integers(0, 1000))
def test_shares_of_the_long_run_are_what_many_steps_lead_to(states: int, seed: int) -> None:
    transition = np.random.default_rng(seed).dirichlet(np.ones(states), states) * 0.9 + 0.1 / states
    many = np.linalg.matrix_power(transition, 500)
    np.testing.assert_allclose(long_run_shares(transition), many[0], atol=1e-10)
