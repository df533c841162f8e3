from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError

returns = st.lists(st.floats(-0.9, 1.0, allow_subnormal=False), min_size=1, max_size=60)


def by_hand(values: list[float]) -> list[tuple[int, int, int | None, float]]:
    """(start, trough, end, depth) by walking along the wealth."""
    wealth, high, at_high = 1.0, 1.0, -1
    found: list[tuple[int, int, int | None, float]] = []
    inside: tuple[int, int, float] | None = None
    for t, value in enumerate(values):
        wealth *= 1 + value
        depth = wealth / high - 1
        if depth > -1e-12:
            if inside:
                found.append((max(inside[0], 0), inside[1], t, inside[2]))
            inside, high, at_high = None, max(high, wealth), t
        elif inside is None:
            inside = (at_high, t, depth)
        elif depth < inside[2]:
            inside = (inside[0], t, depth)
    if inside:
        found.append((max(inside[0], 0), inside[1], None, inside[2]))
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([-0.5, -0.2, -0.1, 0.0, 0.1, 0.25, 1.0]), min_size=1, max_size=60))
def test_periods_equal_a_walk_by_hand(values: list[float]) -> None:
    table = m.drawdown_periods(values)
    expected = by_hand(values)
    assert table["start"].tolist() == [one[0] for one in expected]
    ends = [None if pd.isna(end) else int(end) for end in table["end"]]
    assert ends == [one[2] for one in expected]
    np.testing.assert_allclose(table["depth"].astype(float), [one[3] for one in expected], rtol=1e-9)
    wealth = np.cumprod(1 + np.array(values))
    for trough, one in zip(table["trough"], expected, strict=True):
        assert wealth[trough] == pytest.approx(wealth[one[1]], rel=1e-9)


@given(returns)
def test_drawdown_lies_between_total_loss_and_nothing(values: list[float]) -> None:
    depth = m.drawdown_series(values)
    assert ((depth >= -1) & (depth <= 0)).all()
    assert m.max_drawdown(values) == depth.min()


@given(returns)
def test_periods_cover_exactly_the_bars_below_the_high(values: list[float]) -> None:
    below = int((m.drawdown_series(values) < 0).sum())
    table = m.drawdown_periods(values)
    recovered = int(table["end"].notna().sum())
    assert int(table["length"].sum()) == below + recovered
    assert table["recovery"].notna().tolist() == table["end"].notna().tolist()


def test_a_loss_on_the_first_bar_is_a_drawdown_from_the_start() -> None:
    table = m.drawdown_periods([-0.1, 0.2])
    assert table[["start", "trough", "end", "length", "recovery"]].to_numpy().tolist() == [[0, 0, 1, 2, 1]]


def test_an_open_drawdown_has_no_end() -> None:
    index = pd.bdate_range("2024-01-01", periods=3)
    one = m.drawdown_periods(pd.Series([0.1, -0.1, 0.01], index=index)).iloc[0]
    assert one["start"] == index[0]
    assert one["trough"] == index[1]
    assert pd.isna(one["end"])
    assert pd.isna(one["recovery"])


def test_recovery_survives_rounding() -> None:
    # 0.8 * 1.25 is 1 on paper; a residue of 1e-16 must not keep the drawdown open.
    table = m.drawdown_periods([0.1, -0.2, 0.25, 0.1])
    assert table["end"].tolist() == [2]


def test_ruin_is_for_ever() -> None:
    assert m.drawdown_series([0.1, -1.0, 5.0]).tolist() == [0.0, -1.0, -1.0]
    assert m.total_return([0.1, -1.0, 5.0]) == -1.0
    assert m.cagr([-2.0, 1.0], 252) == -1.0
    assert m.wealth([-2.0, 1.0]).tolist() == [0.0, 0.0]


def test_none_and_empty_give_empty_tables() -> None:
    assert m.drawdown_periods([0.1, 0.1]).empty
    assert m.drawdown_periods([]).empty
    assert m.worst_drawdowns([], 5).empty


def test_the_worst_come_first(market: pd.Series) -> None:
    table = m.worst_drawdowns(market, 5)
    assert table["depth"].is_monotonic_increasing
    assert table["depth"].iloc[0] == m.max_drawdown(market)
    assert str(table["trough"].iloc[0])[:10] == "2009-03-09"


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30))
def test_the_fall_in_money_is_the_worst_run_of_results(profits: list[int]) -> None:
    n = len(profits)
    runs = [sum(profits[a:b]) for a in range(n) for b in range(a, n + 1)]
    assert m.max_drawdown_money(profits) == min(runs)


def test_no_drawdown_is_zero_and_not_minus_zero() -> None:
    for index in (m.pain_index, m.ulcer_index):
        assert math.copysign(1.0, index([0.01, 0.02])) == 1.0


@pytest.mark.parametrize("limit", [0, -1, 1.5, True])
def test_a_limit_is_a_positive_whole_number_or_none(limit: Any) -> None:
    assert len(m.worst_drawdowns([-0.1, 0.2, -0.1, 0.2], limit=None)) == 2
    with pytest.raises(ParameterError, match="'limit' parameter of worst_drawdowns"):
        m.worst_drawdowns([-0.1], limit=limit)
