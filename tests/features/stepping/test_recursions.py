"""Compiled recursions give what their own Python gives, bit for bit: steps rely on it."""

from __future__ import annotations

import numpy as np

from ml_analytics.features.stepping import hilbert, recursions

CLOSE = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, 400)))


def test_shape() -> None:
    assert recursions.shape(CLOSE, 3, 33, 0.0) == recursions.shape.py_func(CLOSE.tolist(), 3, 33, 0.0)
    assert recursions.shape(np.full(9, 3.1), 0, 9, 1e-7) == (0.0, 0.0)


def test_trailed() -> None:
    state = compiled = (50.0, 45.0, 55.0, 1.0)
    for value in (52.0, 56.0, 44.0, 44.0, 60.0):
        state, compiled = (
            recursions.trailed.py_func(value, 4.0, state),
            recursions.trailed(value, 4.0, compiled),
        )
        assert state == compiled
    assert state[3] == 1.0


def test_direction() -> None:
    for sums in ((1.0, 2.0), (-1.0, 2.0), (1.0, -2.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 0.0)):
        made = hilbert.direction(*sums, 20.0, 10.0)
        assert made == hilbert.direction.py_func(*sums, 20.0, 10.0)
        assert -45 <= made <= 315


def test_means_of_a_cycle_do_not_reach_before_the_first_price() -> None:
    prices = np.array([1.0, 3.0, 5.0])
    assert hilbert.mean_of_cycle(prices, 2, 2) == 4.0
    assert hilbert.mean_of_cycle(prices, 0, 0) == 0.0
    sums = hilbert.correlated(prices, 1, 50, np.array(hilbert.SINES), np.array(hilbert.COSINES))
    assert sums == hilbert.correlated.py_func(prices.tolist(), 1, 50, hilbert.SINES, hilbert.COSINES)
    assert sums[1] < 4.0
