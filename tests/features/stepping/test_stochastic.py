"""The place in a range against the window itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.stochastic import raw_stochastic

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=60)
periods = st.integers(1, 9)


@given(values=values, period=periods)
def test_by_definition(values: list[float], period: int) -> None:
    push, state = raw_stochastic(period), None
    for number in range(len(values)):
        seen = values[: number + 1]
        state, place = push(state, seen, seen, seen[-1], number)
        low, high = min(seen[-period:]), max(seen[-period:])
        assert place == pytest.approx(100 * (seen[-1] - low) / (high - low) if high > low else 0)
