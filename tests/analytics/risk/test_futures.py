from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml_analytics.analytics.risk import simulate_returns
from ml_analytics.analytics.risk.futures import quantile_score, share_score
from ml_analytics.core.errors import ParameterError


def test_shares_have_wilsons_interval() -> None:
    for hits, n in ((0, 10), (3, 40), (10, 10), (500, 1000)):
        flags = np.arange(n) < hits
        found = share_score("x", flags, 0.9)
        truth = stats.binomtest(hits, n).proportion_ci(0.9, method="wilson")
        assert (found.low, found.high) == pytest.approx((truth.low, truth.high), abs=1e-12)


def test_intervals_of_quantiles_cover_as_they_say() -> None:
    rng = np.random.default_rng(0)
    for q in (0.05, 0.5):
        truth = stats.norm.ppf(q)
        inside = 0
        for _ in range(600):
            found = quantile_score("x", rng.normal(size=200), q, 0.9)
            inside += found.low <= truth <= found.high
        assert 0.88 <= inside / 600 <= 0.96  # never below but for chance: order statistics are discrete


def test_quantiles_that_few_futures_cannot_bound_are_unbounded() -> None:
    found = quantile_score("x", np.arange(5.0), 0.05, 0.95)
    assert found.low == -np.inf
    assert np.isfinite(found.high)
    assert quantile_score("x", np.arange(5.0), 0.95, 0.95).high == np.inf
    # scipy asks the same of order statistics.
    values = np.random.default_rng(1).normal(size=500)
    truth = stats.quantile_test(values, p=0.3).confidence_interval(0.95)
    found = quantile_score("x", values, 0.3, 0.95)
    assert (found.low, found.high) == (truth.low, truth.high)


def test_the_summary_has_every_figure_within_its_interval(market: pd.Series) -> None:
    result = simulate_returns(market, 2000, 252, seed=1)
    table = result.summary(ruin=0.3)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    named = table.set_index("figure")["value"]
    assert named["probability of loss"] == result.probability_of_loss
    assert named["total return 5%"] == result.quantile(0.05)
    assert named["max drawdown 50%"] == result.drawdown_quantile(0.5)
    assert named["probability of drawdown 20%"] == result.probability_of_drawdown(0.2)
    assert named["probability of ruin (loss of 30%)"] == result.probability_of_ruin(0.3)


def test_more_futures_lie_in_the_intervals_of_fewer(market: pd.Series) -> None:
    few, many = (simulate_returns(market, n, 60, seed=s).summary() for n, s in ((1000, 1), (50_000, 2)))
    inside = (few["low"] <= many["value"]) & (many["value"] <= few["high"])
    assert inside.mean() > 0.75


def test_percentile_paths_are_quantiles_of_all_paths(market: pd.Series) -> None:
    result = simulate_returns(market, 300, 50, seed=7, method="block")
    table = result.percentile_paths((0.1, 0.9), points=1000)
    assert table.index.tolist() == list(range(51))
    expected = np.quantile(result.paths(300), [0.1, 0.9], axis=0).T
    np.testing.assert_allclose(table.to_numpy(), expected, rtol=1e-12)
    coarse = result.percentile_paths((0.1, 0.9), points=7)
    assert (coarse.index[0], coarse.index[-1], len(coarse)) == (0, 50, 8)
    pd.testing.assert_frame_equal(coarse, table.loc[coarse.index])


def test_ruin_rises_as_less_is_called_ruin(market: pd.Series) -> None:
    result = simulate_returns(market, 2000, 500)
    shares = [result.probability_of_ruin(loss) for loss in (0.05, 0.2, 0.5, 1)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1] == 0.0


def test_json_is_strict(market: pd.Series) -> None:
    result = simulate_returns(market[:100], 50, 20)
    said = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert (said["method"], said["n_simulations"], said["time_horizon"]) == ("bootstrap", 50, 20)
    assert result.to_json() == simulate_returns(market[:100], 50, 20).to_json()


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("quantile", 0),
        ("drawdown_quantile", 1.5),
        ("probability_of_drawdown", -0.1),
        ("probability_of_ruin", 0),
        ("probability_of_ruin", True),
        ("paths", 0),
    ],
)
def test_bad_questions_get_one_sentence(name: str, argument: Any) -> None:
    result = simulate_returns([0.1], 2, 2)
    with pytest.raises(ParameterError, match="of MonteCarloResult"):
        getattr(result, name)(argument)
    with pytest.raises(ParameterError, match="percentile_paths must be"):
        result.percentile_paths(points=0)
    with pytest.raises(ParameterError, match="summary must be"):
        result.summary(level=95)
