"""Wilder's sums and shares; the stop is held against the book in tests of the indicators."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.directional import index, share


def test_shares_of_nothing_are_nothing() -> None:
    assert share(0.0, 0.0) == 0
    assert share(1.0, 4.0) == 25


def test_where_nothing_moves_the_index_stays() -> None:
    assert index((0.0, 0.0, 0.0), 17.0) == 17
    assert index((0.0, 0.0, 5.0), 17.0) == 17
    assert index((5.0, 0.0, 5.0), 17.0) == 100


@given(plus=st.floats(0.01, 100), minus=st.floats(0.01, 100))
def test_the_index_does_not_tell_up_from_down(plus: float, minus: float) -> None:
    assert index((plus, minus, 300.0), 0.0) == pytest.approx(index((minus, plus, 300.0), 0.0))
    assert 0 <= index((plus, minus, 300.0), 0.0) <= 100
