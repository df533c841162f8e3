from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics.simulation import bootstrap_futures
from ml_analytics.core.errors import ParameterError


def test_the_same_seed_gives_the_same_futures_and_another_does_not(market: pd.Series) -> None:
    one, same = (bootstrap_futures(market, 500, 60, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.total_returns, same.total_returns)
    assert (bootstrap_futures(market, 500, 60, seed=4).total_returns != one.total_returns).any()
    assert one.to_json() == same.to_json()


def test_moments_are_those_of_independent_draws(market: pd.Series) -> None:
    result = bootstrap_futures(market, 20_000, 252)
    logs = np.log1p(market)
    simulated = np.log1p(result.total_returns)
    assert simulated.mean() == pytest.approx(252 * logs.mean(), abs=4 * logs.std() * (252 / 20_000) ** 0.5)
    assert simulated.std() == pytest.approx(logs.std() * 252**0.5, rel=0.03)


def test_drawdowns_equal_the_definition() -> None:
    """With one certain return there is one future: its drawdown is known."""
    result = bootstrap_futures([-0.1], 3, 2)
    np.testing.assert_allclose(result.max_drawdowns, 0.9**2 - 1)
    np.testing.assert_allclose(bootstrap_futures([0.1], 3, 2).max_drawdowns, 0.0)
    mixed = bootstrap_futures([0.1, -0.1], 4000, 2)
    # Up-up, up-down, down-up, down-down: falls of 0, 10, 10 and 19 per cent.
    assert sorted(set(mixed.max_drawdowns.round(9))) == [-0.19, -0.1, 0.0]
    assert mixed.probability_of_drawdown(0.15) == pytest.approx(0.25, abs=0.03)


def test_ruin_is_for_ever() -> None:
    result = bootstrap_futures([-1.5], 2, 5)
    assert result.total_returns.tolist() == [-1.0, -1.0]
    assert result.probability_of_loss == 1.0


def test_more_returns_than_16_bits_hold() -> None:
    values = np.zeros(70_000)
    values[-1] = 0.5
    assert bootstrap_futures(values, 2000, 200).total_returns.max() >= 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"returns": []},
        {"n_simulations": 0},
        {"time_horizon": 1.5},
        {"seed": -1},
        {"seed": 1.5},
        {"returns": [np.nan]},
    ],
    ids=str,
)
def test_bad_input_gets_one_sentence(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"returns": [0.1], "n_simulations": 1, "time_horizon": 1, "seed": 0, **wrong}
    with pytest.raises(ParameterError, match="of monte_carlo_simulation must be"):
        bootstrap_futures(**given)
