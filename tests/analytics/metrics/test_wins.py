from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60))
def test_against_plain_loops(values: list[float]) -> None:
    wins = [value for value in values if value > 0]
    losses = [value for value in values if value < 0]
    if wins or losses:
        assert m.win_rate(values) == len(wins) / (len(wins) + len(losses))
    if losses and sum(losses):
        assert m.profit_factor(values) == pytest.approx(sum(wins) / -sum(losses), rel=1e-9)
    if wins and losses:
        share, odds = m.win_rate(values), m.average_win(values) / -m.average_loss(values)
        assert m.kelly_fraction(values) == pytest.approx(share - (1 - share) / odds, rel=1e-9)
        assert m.kelly_fraction(values) <= 1
    assert (m.best(values), m.worst(values)) == (max(values), min(values))


def test_one_sided_results() -> None:
    assert m.kelly_fraction([0.1]) == 1.0
    assert m.kelly_fraction([-0.1]) == -math.inf
    assert math.isnan(m.kelly_fraction([0.0]))
    assert m.profit_factor([0.1]) == math.inf
    assert m.profit_factor([-0.1]) == 0.0
    assert math.isnan(m.win_rate([0.0]))
    assert math.isnan(m.average_win([-0.1]))
    assert math.isnan(m.average_loss([0.1]))


def test_kelly_maximises_the_growth_of_the_bet() -> None:
    # A coin that wins 60 % of the time, even odds: Kelly's own example gives 20 %.
    assert m.kelly_fraction([1.0] * 6 + [-1.0] * 4) == pytest.approx(0.2)
