"""Windowed sums, over a series and value by value, against adding up each window."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.sums import positive_sum, window_sum, windowed_sum

VALUES = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=90)


def stepped(values: list[float], period: int) -> list[float]:
    push, state, made = window_sum(period), None, []
    for value in values:
        state, total = push(state, value)
        made.append(total)
    return made


@given(values=VALUES, period=st.integers(1, 70))
def test_both_forms_are_one_bit_for_bit(values: list[float], period: int) -> None:
    np.testing.assert_array_equal(windowed_sum(np.array(values), period), stepped(values, period))


@given(values=VALUES, period=st.integers(1, 70))
def test_it_is_the_sum_of_the_window(values: list[float], period: int) -> None:
    made = windowed_sum(np.array(values), period)
    for stop, total in enumerate(made.tolist(), 1):
        window = values[stop - period : stop] if stop >= period else [math.nan]
        size = math.fsum(map(abs, window))
        assert math.isnan(total) if stop < period else abs(total - math.fsum(window)) <= 1e-14 * size


@given(values=st.lists(st.floats(0, 1e9), min_size=1, max_size=90), period=st.integers(1, 70))
def test_positive_values_in_any_order(values: list[float], period: int) -> None:
    push, state, made = positive_sum(period), None, []
    for value in values:
        state, total = push(state, value)
        made.append(total)
    expected = windowed_sum(np.array(values), period)
    np.testing.assert_allclose(made, expected, rtol=1e-13)
    assert [one == 0 for one in made] == (expected == 0).tolist()


@pytest.mark.parametrize("period", [2, 20, 33])
def test_nothing_is_left_of_what_has_gone(period: int) -> None:
    values = np.full(200, 0.1)
    plain = windowed_sum(values, period)
    values[50] = 1e300
    np.testing.assert_array_equal(windowed_sum(values, period)[50 + period :], plain[50 + period :])


def test_missing_values_reach_as_far_as_the_window() -> None:
    made = windowed_sum(np.array([np.nan, 1.0, 2.0, 3.0, 4.0]), 3)
    assert np.isnan(made[:3]).all()
    assert made[3:].tolist() == [6.0, 9.0]


def test_states_are_not_changed() -> None:
    push = window_sum(5)
    state, _ = push(None, 1.0)
    before = repr(state)
    assert push(state, 2.0)[1] != push(state, 3.0)[1] or math.isnan(push(state, 3.0)[1])
    assert repr(state) == before
