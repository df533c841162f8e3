"""Standstills are found where a plain count of still bars says so."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.standstill import hold, long_standstills, moved, standstills

moves = st.lists(st.booleans(), min_size=1, max_size=60).map(lambda some: [True, *some])


@given(moving=moves, after=st.integers(1, 9))
def test_by_counting(moving: list[bool], after: int) -> None:
    since, expected = 0, []
    for one in moving:
        since = 0 if one else since + 1
        expected.append(since >= after)
    found = np.zeros(len(moving), np.bool_)
    for stretch in standstills(np.array(moving), after):
        assert not found[stretch].any()
        found[stretch] = True
    assert found.tolist() == expected


@given(moving=moves, after=st.integers(1, 9))
def test_what_is_held_is_constant_and_the_rest_untouched(moving: list[bool], after: int) -> None:
    numbers = np.arange(float(len(moving)))
    stretches = standstills(np.array(moving), after)
    held = hold(numbers.copy(), stretches)
    for stretch in stretches:
        assert set(held[stretch]) == {float(stretch.start)}
        numbers[stretch] = stretch.start
    np.testing.assert_array_equal(held, numbers)


def test_any_other_price_than_the_close_before_is_a_move() -> None:
    high, low, close = np.full((3, 6), 5.0)
    high[1], low[2], close[3] = 6.0, 4.0, 5.5
    # at bar 4 the price is back
    assert moved(high, low, close).tolist() == [True, True, True, True, True, False]


@given(
    steps=st.lists(st.integers(0, 1), min_size=1, max_size=60),
    after=st.integers(1, 12),
    kind=st.sampled_from(["close", "range"]),
)
def test_looking_at_few_bars_first_misses_no_standstill(steps: list[int], after: int, kind: str) -> None:
    change = np.array(steps, dtype=float)
    close = 10 + np.cumsum(change) if kind == "close" else np.full(len(change), 10.0)
    high = close if kind == "close" else close + change
    expected = standstills(moved(high, close, close), after)
    assert long_standstills(high, close, close, after) == expected
