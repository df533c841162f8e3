from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import strategy_returns
from ml_analytics.core.errors import ParameterError

bars = st.lists(st.tuples(st.floats(-2, 2), st.floats(-0.5, 0.5)), min_size=1, max_size=50)


def by_hand(positions: list[float], asset: list[float], bps: float) -> tuple[list[float], list[float]]:
    """An account that looks at the close, trades, and earns on the next bar."""
    gross, net, held, decided = [], [], 0.0, 0.0
    for position, earned in zip(positions, asset, strict=True):
        cost = abs(decided - held) * bps / 10_000
        held = decided
        gross.append(held * earned)
        net.append(held * earned - cost)
        decided = position
    return gross, net


@given(bars, st.floats(0, 100))
def test_equals_an_account_kept_by_hand(pairs: list[tuple[float, float]], bps: float) -> None:
    positions, asset = [one for one, _ in pairs], [one for _, one in pairs]
    result = strategy_returns(positions, asset, bps)
    gross, net = by_hand(positions, asset, bps)
    np.testing.assert_allclose(result.gross, gross, atol=1e-15)
    np.testing.assert_allclose(result.net, net, atol=1e-12)
    np.testing.assert_allclose(result.gross - result.net, result.costs, atol=1e-12)


@given(bars, st.data())
def test_nothing_up_to_a_bar_depends_on_what_comes_after(pairs: list[tuple[float, float]], data: Any) -> None:
    cut = data.draw(st.integers(0, len(pairs) - 1))
    changed = pairs[: cut + 1] + [(-one, 0.3 - other) for one, other in pairs[cut + 1 :]]
    whole, other = (
        strategy_returns([one for one, _ in bars], [one for _, one in bars], 10) for bars in (pairs, changed)
    )
    np.testing.assert_array_equal(whole.net[: cut + 1], other.net[: cut + 1])


def test_a_position_does_not_earn_the_bar_it_is_decided_on() -> None:
    asset = np.array([0.0, 0.05, -0.03, 0.02])
    foresight = (asset > 0).astype(float)
    assert strategy_returns(foresight, asset, 0).gross.tolist() == [0.0, 0.0, -0.03, 0.0]


def test_costs_fall_on_the_first_bar_of_a_new_position_and_the_first_entry_counts() -> None:
    result = strategy_returns([1.0, 1.0, -1.0, 0.0, 0.0], [0.0] * 5, cost_bps=10)
    assert result.costs.round(6).tolist() == [0.0, 0.001, 0.0, 0.002, 0.001]
    assert (result.turnover, result.trades, result.exposure) == (4.0, 3, 0.6)


def test_always_invested_without_costs_is_the_asset_from_the_second_bar(market: pd.Series) -> None:
    result = strategy_returns(pd.Series(1.0, index=market.index), market, 0)
    pd.testing.assert_series_equal(result.net.iloc[1:], market.iloc[1:], check_names=False)
    assert result.net.index.equals(market.index)


def test_the_first_asset_return_may_be_missing() -> None:
    assert strategy_returns([1.0, 0.0], [math.nan, 0.1], 0).gross.tolist() == [0.0, 0.1]


DAYS = pd.bdate_range("2024-01-01", periods=3)


@pytest.mark.parametrize(
    ("positions", "asset", "bps", "sentence"),
    [
        ([], [], 1, "'positions' parameter of strategy_returns must be a series of at least one bar"),
        ([1.0], [0.1, 0.2], 1, r"as long as the positions \(1 bars\). Got 2"),
        ([1.0, math.nan], [0.1, 0.2], 1, "known on every bar .* Got 'NaN'"),
        ([1.0, 1.0], [0.1, math.nan], 1, "known on every bar after the first. Got 'NaN at 1'"),
        (["a", "b"], [0.1, 0.2], 1, "'positions' parameter .* numbers"),
        ([1.0, 1.0], ["x", "y"], 1, "'asset_returns' parameter .* numbers"),
        ([1.0, math.inf], [0.1, 0.2], 1, "finite"),
        ([1.0, 1.0], [0.1, 0.2], -1, "'cost_bps' parameter .* not negative. Got -1"),
        ([1.0, 1.0], [0.1, 0.2], math.nan, "not negative. Got nan"),
        ([1.0, 1.0], [0.1, 0.2], "5", "not negative. Got '5'"),
        (pd.Series(1.0, index=DAYS), pd.Series(0.1, index=DAYS.shift(1)), 1, "on the times of the positions"),
        (pd.Series(1.0, index=DAYS[::-1]), [0.1] * 3, 1, "in time order"),
    ],
)
def test_bad_input_gets_one_sentence(positions: Any, asset: Any, bps: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        strategy_returns(positions, asset, bps)


def test_the_input_is_not_written_to() -> None:
    asset = np.array([math.nan, 0.1])
    strategy_returns(np.array([1.0, 0.0]), asset, 1)
    assert math.isnan(asset[0])
