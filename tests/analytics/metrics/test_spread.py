from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m


@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=50), st.floats(1, 9000))
def test_volatility_grows_with_the_root_of_time(values: list[float], p: float) -> None:
    assert m.volatility(values, 4 * p) == pytest.approx(2 * m.volatility(values, p), rel=1e-9)


@pytest.mark.parametrize("constant", [0.001, 1 / 3, -0.1])
def test_equal_returns_have_exactly_no_volatility(constant: float) -> None:
    assert m.volatility([constant] * 1000, 252) == 0.0


def test_downside_counts_only_what_falls_short() -> None:
    assert m.downside_deviation([0.01, 0.02], 252) == 0.0
    assert m.downside_deviation([0.01, -0.02], 1) == pytest.approx(0.02 / math.sqrt(2))
