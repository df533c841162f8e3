from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=50))
def test_against_plain_loops(held: list[float]) -> None:
    before, total = 0.0, 0.0
    for one in held:
        total += abs(one - before)
        before = one
    assert m.traded(held).sum() == pytest.approx(total)
    assert m.turnover(held, 252) == pytest.approx(total / len(held) * 252)
    assert m.exposure(held) == sum(one != 0 for one in held) / len(held)


def test_no_bars_no_figure() -> None:
    assert math.isnan(m.exposure([]))
    assert math.isnan(m.turnover([], 252))
