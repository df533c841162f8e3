from __future__ import annotations

import numpy as np
import pytest

from ml_analytics.models.regime.starts import first_guess


@pytest.mark.parametrize("restart", range(3))
@pytest.mark.parametrize(("bars", "width", "states"), [(20, 1, 2), (300, 3, 4)])
def test_every_way_gives_a_possible_chain(restart: int, bars: int, width: int, states: int) -> None:
    X = np.random.default_rng(0).normal(size=(bars, width))
    guess = first_guess(X, states, restart, seed=1, floor=1e-3)
    assert guess.means.shape == (states, width)
    np.testing.assert_allclose(guess.transition.sum(axis=1), 1.0)
    assert guess.transition.min() > 0
    assert min(np.linalg.eigvalsh(one).min() for one in guess.covariances) > 0


def test_the_same_seed_gives_the_same_guess() -> None:
    X = np.random.default_rng(0).normal(size=(200, 2))
    for restart in range(3):
        one, two = (first_guess(X, 3, restart, 7, 1e-3) for _ in range(2))
        np.testing.assert_array_equal(one.means, two.means)
    assert (first_guess(X, 3, 2, 7, 1e-3).means != first_guess(X, 3, 2, 8, 1e-3).means).any()


def test_stretches_find_regimes_that_differ_in_spread_only() -> None:
    generator = np.random.default_rng(0)
    spread = np.repeat([0.2, 2.0] * 4, 50)
    guess = first_guess((generator.normal(size=400) * spread)[:, None], 2, restart=1, seed=0, floor=1e-3)
    low, high = np.sort(guess.covariances.ravel())
    assert high > 3 * low
    assert np.diag(guess.transition).min() > 0.9
