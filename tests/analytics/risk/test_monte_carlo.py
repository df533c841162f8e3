from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml_analytics.analytics.metrics import drawdown_series
from ml_analytics.analytics.risk import MonteCarloResult, simulate_returns, simulate_trades
from ml_analytics.core.errors import ParameterError

METHODS: list[Any] = ["bootstrap", "block", "normal", "student_t", "shuffle"]
MASK = 2**64 - 1


def mixed(word: int) -> int:
    """SplitMix64 in whole numbers of Python, from the paper."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def test_draws_are_those_of_a_plain_implementation() -> None:
    golden = 0x9E3779B97F4A7C15
    returns = [0.01, -0.02, 0.03, 0.005, -0.01]
    result = simulate_returns(returns, 4, 7, seed=11)
    for future in range(4):
        key = mixed(mixed((11 + golden) & MASK) ^ mixed(((future + 1) * golden) & MASK))
        wealth = 1.0
        for t in range(7):
            word = mixed((key + (t - t % 2 + 1) * golden) & MASK) >> (32 * (t % 2))
            wealth *= 1.0 + returns[((word & 0xFFFFFFFF) * 5) >> 32]
        assert result.total_returns[future] == pytest.approx(wealth - 1.0, abs=1e-15)


def test_splitmix_gives_the_published_numbers() -> None:
    """The first outputs of Vigna's splitmix64.c for the state 1234567."""
    assert [mixed((1234567 + i * 0x9E3779B97F4A7C15) & MASK) for i in (1, 2)] == [
        6457827717110365317,
        3203168211198807973,
    ]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(market: pd.Series, method: Any) -> None:
    def draw(seed: int) -> bytes:
        one = simulate_returns(market[:600], 200, 60, seed, method=method, block_length=None)
        return one.total_returns.tobytes() + one.max_drawdowns.tobytes() + one.longest_drawdowns.tobytes()

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(draw, [3, 4, 3, 4]))
    assert together[:2] == together[2:] == [draw(3), draw(4)]
    assert together[0] != together[1]


@pytest.mark.parametrize("method", METHODS)
def test_fewer_futures_are_the_first_of_more(market: pd.Series, method: Any) -> None:
    many, few = (simulate_returns(market[:300], n, 40, seed=1, method=method) for n in (50, 20))
    np.testing.assert_array_equal(many.max_drawdowns[:20], few.max_drawdowns)


@pytest.mark.parametrize("method", METHODS)
def test_summaries_are_those_of_the_paths(market: pd.Series, method: Any) -> None:
    result = simulate_returns(market[:500], 60, 90, seed=2, method=method)
    paths = result.paths(60)
    assert paths.shape == (60, result.time_horizon + 1)
    np.testing.assert_allclose(paths[:, -1] - 1.0, result.total_returns, rtol=1e-12)
    np.testing.assert_allclose(paths.min(axis=1), result.lowest_levels, rtol=1e-12)
    for i, path in enumerate(paths):
        depth = drawdown_series(path[1:] / path[:-1] - 1.0)
        assert result.max_drawdowns[i] == pytest.approx(depth.min(), abs=1e-12)
        below = "".join("x" if one < 0 else "." for one in depth)
        assert result.longest_drawdowns[i] == max(map(len, below.split(".")))


def test_moments_are_those_of_independent_draws(market: pd.Series) -> None:
    logs = np.log1p(market)
    for method in ("bootstrap", "normal"):
        simulated = np.log1p(simulate_returns(market, 20_000, 252, method=method).total_returns)
        error = 4 * logs.std() * (252 / 20_000) ** 0.5
        assert simulated.mean() == pytest.approx(252 * logs.mean(), abs=error)
        assert simulated.std() == pytest.approx(logs.std() * 252**0.5, rel=0.03)


def test_two_outcomes_end_binomially() -> None:
    result = simulate_returns([0.1, -0.1], 50_000, 10, seed=5)
    ups = np.rint(np.log((1.0 + result.total_returns) / 0.9**10) / math.log(1.1 / 0.9)).astype(int)
    expected = 50_000 * stats.binom.pmf(np.arange(11), 10, 0.5)
    assert stats.chisquare(np.bincount(ups, minlength=11), expected).pvalue > 0.001


def test_steps_of_the_parametric_methods_have_their_distribution() -> None:
    rng = np.random.default_rng(0)
    returns = np.expm1(rng.standard_t(5, 4000) * 0.01)
    for method in ("normal", "student_t"):
        result = simulate_returns(returns, 100, 200, seed=9, method=method)
        steps = np.diff(np.log(result.paths(100)), axis=1).ravel()
        mean, scale, freedom = result.draw.parameters
        law = stats.t(freedom, mean, scale) if method == "student_t" else stats.norm(mean, scale)
        assert stats.kstest(steps, law.cdf).pvalue > 0.001
        assert abs(np.corrcoef(steps[::2], steps[1::2])[0, 1]) < 0.04


def test_blocks_run_on_and_have_the_mean_length() -> None:
    returns = np.arange(1, 1001) / 1e6  # the return tells its position
    result = simulate_returns(returns, 200, 500, seed=3, method="block", block_length=10)
    steps = np.diff(np.log(result.paths(200)), axis=1)
    at = np.rint(np.expm1(steps) * 1e6).astype(int) - 1
    follows = (at[:, 1:] - at[:, :-1]) % 1000 == 1
    # A restart falls on the next position by chance once in a thousand times.
    assert follows.mean() == pytest.approx(0.9 + 0.1 / 1000, abs=0.004)
    assert stats.chisquare(np.bincount(at[:, 0] // 100, minlength=10)).pvalue > 0.001


def test_blocks_keep_the_memory_of_volatility(market: pd.Series) -> None:
    def memory(method: Any) -> float:
        steps = np.abs(np.diff(np.log(simulate_returns(market, 200, 400, method=method).paths(200)), axis=1))
        return float(np.corrcoef(steps[:, 1:].ravel(), steps[:, :-1].ravel())[0, 1])

    observed = float(np.corrcoef(np.abs(market[1:]), np.abs(market[:-1]))[0, 1])
    assert memory("block") > 0.8 * observed > 4 * abs(memory("bootstrap"))
    assert simulate_returns(market, 5, method="block").note.startswith("blocks of ")


def test_the_mean_drawdown_of_a_random_walk_is_the_published_one() -> None:
    """Magdon-Ismail et al. (2004): sqrt(pi / 2) * deviation * sqrt(T) without drift, in logarithms."""
    scale, steps = 1e-4, 10_000
    result = simulate_returns(np.expm1([scale, -scale]), 4000, steps, seed=1)
    depths = -np.log1p(result.max_drawdowns)
    assert depths.mean() == pytest.approx(math.sqrt(math.pi / 2 * steps) * scale, rel=0.02)


def test_shuffles_are_fair_and_end_alike() -> None:
    returns = [0.1, 0.2, -0.3]
    result = simulate_returns(returns, 30_000, 99, seed=4, method="shuffle")
    assert result.time_horizon == 3
    np.testing.assert_allclose(result.total_returns, 1.1 * 1.2 * 0.7 - 1)
    orders = np.rint(np.diff(np.log(result.paths(30_000)), axis=1)[:, :2] * 1000).astype(int)
    counts = np.unique(orders, axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 0.001


def test_ruin_of_shuffled_trades_is_that_of_the_reflection_principle() -> None:
    """Of 30 wins and 20 losses of one, C(50, 30 + c) / C(50, 30) orders touch -c at some time."""
    trades = [1.0] * 30 + [-1.0] * 20
    for capital in (3, 5):
        result = simulate_trades(trades, capital, 40_000, seed=capital)
        truth = math.comb(50, 30 + capital) / math.comb(50, 30)
        assert result.probability_of_ruin(1.0) == pytest.approx(truth, abs=4 * math.sqrt(truth / 40_000))
        ruined = result.lowest_levels == 0.0
        assert (result.total_returns[ruined] == -1.0).all()
        np.testing.assert_allclose(result.total_returns[~ruined], 10 / capital)


def test_drawn_trades_are_as_many_as_said() -> None:
    result = simulate_trades([10.0], 100.0, 3, method="bootstrap", n_trades=5)
    np.testing.assert_allclose(result.total_returns, 0.5)
    assert (result.time_horizon, result.method) == (5, "trade bootstrap")


def test_ruin_is_for_ever() -> None:
    result = simulate_returns([-1.5], 2, 5)
    assert result.total_returns.tolist() == [-1.0, -1.0]
    assert result.probability_of_loss == result.probability_of_ruin(1.0) == 1.0
    mixed_up = simulate_returns([1e90, -1.0], 50, 30)  # infinite wealth, then nothing
    assert not np.isnan(mixed_up.total_returns).any()


@pytest.mark.parametrize("method", ["bootstrap", "block", "normal", "student_t", "shuffle"])
def test_returns_that_do_not_vary_have_one_future(method: Any) -> None:
    result = simulate_returns([0.0] * 20, 5, 20, method=method)
    np.testing.assert_allclose(result.total_returns, 0.0, atol=1e-15)
    assert not result.max_drawdowns.any()
    assert not result.longest_drawdowns.any()


def test_gaps_are_left_out(market: pd.Series) -> None:
    gaps = market.iloc[:50].copy()
    gaps.iloc[[3, 7]] = np.nan
    one, same = simulate_returns(gaps, 20, 30), simulate_returns(gaps.dropna(), 20, 30)
    np.testing.assert_array_equal(one.total_returns, same.total_returns)


@pytest.mark.parametrize(
    "wrong",
    [
        {"returns": []},
        {"n_simulations": 0},
        {"time_horizon": 1.5},
        {"time_horizon": None},
        {"seed": -1},
        {"seed": 2**64},
        {"seed": 1.5},
        {"returns": [np.nan]},
        {"method": "garch"},
        {"method": "normal"},
        {"method": "student_t", "returns": [0.01] * 9},
        {"method": "normal", "returns": [0.1, -1.0]},
        {"block_length": 5},
        {"method": "block", "block_length": 0.5},
        {"method": "block", "block_length": "long"},
    ],
    ids=str,
)
def test_bad_input_gets_one_sentence(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"returns": [0.1], "n_simulations": 1, "time_horizon": 1, "seed": 0, **wrong}
    with pytest.raises(ParameterError, match="of monte_carlo_simulation must be"):
        simulate_returns(**given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"pnl": []},
        {"pnl": [1.0, np.nan]},
        {"initial_capital": 0},
        {"method": "block"},
        {"n_trades": 5},
        {"n_trades": 0, "method": "bootstrap"},
    ],
    ids=str,
)
def test_bad_trades_get_one_sentence(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"pnl": [1.0, 2.0], "initial_capital": 10.0, "n_simulations": 3, **wrong}
    with pytest.raises(ParameterError, match="of monte_carlo_simulation must be"):
        simulate_trades(**given)


def test_results_are_values() -> None:
    result = simulate_returns([0.1, -0.1], 10, 5)
    assert isinstance(result, MonteCarloResult)
    with pytest.raises(AttributeError):
        result.seed = 5  # type: ignore[misc]
