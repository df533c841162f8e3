"""Waiting shapes against a slow oracle that walks from bar to bar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.indicators.patterns.breaks import Slot, Waiting, left, signals

K, LENGTH = 3, 120


def random_waiting(generator: np.random.Generator, price: np.ndarray, kinds: int) -> Waiting:
    """Shapes around the price, at most one per kind and bar."""
    count = 40
    places = generator.choice(kinds * (LENGTH - K), count, replace=False)
    bar, side = places // kinds, generator.choice([-1, 1], count)
    middle = price[bar] * side
    width = generator.uniform(0.005, 0.05, (2, count))
    slopes = generator.normal(0, 0.001, (2, count))
    meaning = generator.choice([0, 100], (2, count))
    return Waiting(
        places % kinds, side, bar,
        middle + width[0], slopes[0], middle - width[1], slopes[1],
        meaning[0], -meaning[1],
    )  # fmt: skip


def slow(waiting: Waiting, price: np.ndarray, kinds: int) -> np.ndarray:
    made = np.zeros((kinds, len(price)))
    for kind in range(kinds):
        rows = [row for row in zip(*(one.tolist() for one in waiting), strict=True) if row[0] == kind]
        now, last = None, -1
        for t in range(len(price)):
            for row in rows:
                if row[2] + K == t and row[2] > last:
                    now = row
            if now is None:
                continue
            _, side, bar, upper, upper_slope, lower, lower_slope, up, down = now
            since, close = t - bar, price[t] * side
            roof, floor = upper + upper_slope * since, lower + lower_slope * since
            outcome = up if close > roof + 1e-9 else down if close < floor - 1e-9 else None
            if roof <= floor + 1e-9 or since > 5 * K:
                now = None
            elif outcome is not None:
                now, made[kind, t] = None, outcome * side
                last = t if outcome else last
    return made


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), kinds=st.integers(1, 6))
def test_against_walking_from_bar_to_bar(seed: int, kinds: int) -> None:
    generator = np.random.default_rng(seed)
    price = np.cumsum(generator.normal(0, 0.01, LENGTH))
    waiting = random_waiting(generator, price, kinds)
    columns, bars, signs = signals(waiting, price, K, kinds)
    expected = slow(waiting, price, kinds)
    np.testing.assert_array_equal(columns, expected)
    assert bars.tolist() == np.flatnonzero(expected.any(axis=0)).tolist()
    np.testing.assert_array_equal(signs, np.sign(expected.sum(axis=0))[bars])


def test_nothing_waits() -> None:
    whole, real = np.zeros(0, np.intp), np.zeros(0)
    empty = Waiting(whole, whole, whole, real, real, real, real, whole, whole)
    columns, bars, signs = signals(empty, np.zeros(9), K, 2)
    assert not np.any(columns)
    assert not bars.size
    assert not signs.size


EDGES: Slot = (1, 10, 4.7, 0.01, 4.6, 0.02, 100, -100)


@pytest.mark.parametrize(
    ("price", "bar", "outcome"),
    [
        (4.74, 14, (False, 0)),
        (4.7400000001, 14, (False, 0)),
        (4.7401, 14, (True, 100)),
        (4.6799, 14, (True, -100)),
        (4.9, 20, (True, 0)),  # the edges have met
        (9.9, 26, (True, 0)),  # too late
    ],
)
def test_a_single_shape(price: float, bar: int, outcome: tuple[bool, int]) -> None:
    assert left(EDGES, price, bar, k=3) == outcome
    mirrored: Slot = (-1, *EDGES[1:])
    assert left(mirrored, -price, bar, k=3) == (outcome[0], -outcome[1])
