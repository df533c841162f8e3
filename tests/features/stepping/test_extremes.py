"""Rolling extremes against the window itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.extremes import highest, lowest, middle

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, period=periods)
def test_highest_and_lowest_with_the_newest_of_equals(values: list[float], period: int) -> None:
    top, bottom, of_top, of_bottom = highest(period), lowest(period), None, None
    for number in range(len(values)):
        seen = values[: number + 1]
        of_top, of_bottom = top(of_top, seen, number), bottom(of_bottom, seen, number)
        window = seen[-period:]
        newest = {value: number - age for age, value in reversed(list(enumerate(reversed(window))))}
        assert of_top == (max(window), newest[max(window)])
        assert of_bottom == (min(window), newest[min(window)])


@given(values=values, period=periods)
def test_no_more_than_the_window_is_looked_at(values: list[float], period: int) -> None:
    push, whole, some = highest(period), None, None
    for number in range(len(values)):
        whole = push(whole, values[: number + 1], number)
        some = push(some, values[max(number + 1 - period, 0) : number + 1], number)
        assert whole == some


@given(values=values, period=periods)
def test_middle(values: list[float], period: int) -> None:
    push, state = middle(period), None
    for number in range(len(values)):
        seen = values[: number + 1]
        state, between = push(state, seen, seen, number)
        assert between == (max(seen[-period:]) + min(seen[-period:])) / 2
